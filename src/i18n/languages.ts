import { z } from 'zod'
import type { ContactField, InvalidReason } from '../domain/contact.ts'
import { languages, type Language } from '../domain/language.ts'
import type { Branding } from '../domain/product.ts'
import type { ErrorCode } from '../errors.ts'
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }
import ja from './ja.json' with { type: 'json' }
import ko from './ko.json' with { type: 'json' }
import ptBr from './pt-BR.json' with { type: 'json' }
import zhCn from './zh-CN.json' with { type: 'json' }

export { languages, type Language }

type FailureWords = Readonly<Record<'title' | 'purchase' | 'happened' | 'todo', string>>

/** All sentences of one language. English defines the keys, and the compiler checks that every language has them. */
export type Catalog = typeof en & {
  readonly invalidFields: Readonly<Record<ContactField, Readonly<Record<InvalidReason, string>>>>
  readonly failures: Readonly<Record<ErrorCode, FailureWords>>
}

export const catalogs = { en, de, es, fr, ja, ko, 'pt-BR': ptBr, 'zh-CN': zhCn } satisfies Record<Language, Catalog>

/**
 * The sentences for pages and mails about a product. If its name is not known, the section `unnamed` replaces the sentences that
 * contain it.
 */
export function catalogFor(language: Language, { productName }: Pick<Branding, 'productName'>): Catalog {
  return productName === null ? unnamed[language] : catalogs[language]
}

/** The values for the names of the product and its seller in `fill`. */
export function namesIn({ productName, sellerName }: Branding): Readonly<Record<string, string>> {
  return productName === null ? { seller: sellerName } : { product: productName, seller: sellerName }
}

type Tree = { readonly [key: string]: string | Tree }

/** A copy of the tree with the sentences that `other` has for the same keys. */
function replaced(tree: Tree, other: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      const instead = other[key] ?? value
      return [key, typeof value === 'object' && typeof instead === 'object' ? replaced(value, instead) : instead]
    }),
  )
}

/** Keeps the keys, because only sentences are replaced. */
const anyCatalog = z.custom<Catalog>((tree) => typeof tree === 'object')
const unnamedOf = (words: Catalog) => anyCatalog.parse(replaced(words, words.unnamed))

const unnamed: Readonly<Record<Language, Catalog>> = {
  en: unnamedOf(en),
  de: unnamedOf(de),
  es: unnamedOf(es),
  fr: unnamedOf(fr),
  ja: unnamedOf(ja),
  ko: unnamedOf(ko),
  'pt-BR': unnamedOf(ptBr),
  'zh-CN': unnamedOf(zhCn),
}

export function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value)
}

/** The first supported language of an `Accept-Language` header; otherwise English. */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .slice(0, longestHeader)
    .split(',')
    .map(parseRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  for (const { tag } of ranges) {
    const language = spoken(tag)
    if (language !== null) return language
  }
  return 'en'
}

const longestHeader = 1000

function parseRange(range: string): { tag: string; quality: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return { tag, quality: quality === undefined ? 1 : Number(quality.slice('q='.length)) }
}

function spoken(tag: string): Language | null {
  const [primary = '', ...subtags] = tag.split('-')
  if (primary === '*') return 'en'
  if (primary === 'pt') return 'pt-BR'
  if (primary === 'zh') return isTraditionalChinese(subtags) ? null : 'zh-CN'
  return isLanguage(primary) ? primary : null
}

function isTraditionalChinese(subtags: readonly string[]): boolean {
  if (subtags.includes('hant')) return true
  return !subtags.includes('hans') && ['tw', 'hk', 'mo'].some((region) => subtags.includes(region))
}

/** Replaces `{names}` in a sentence with values. Throws if a name has no value, which is an error in the catalog. */
export function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`No value for {${name}} in “${sentence}”`)
    return value
  })
}
