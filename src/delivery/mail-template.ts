import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs from 'ejs'
import { defaultAccent, type Branding } from '../domain/product.ts'
import { catalogs, fill, isLanguage } from '../i18n/languages.ts'

const tones = {
  done: { name: 'done', tint: '#e9f6ee', edge: '#146c3a' },
  act: { name: 'act', tint: '#fff4e0', edge: '#8a4b00' },
} as const

/** All strings of a mail. The templates only loop and test. */
export type MailModel = {
  /** BCP 47. */
  readonly lang: string
  readonly subject: string
  readonly tone: keyof typeof tones
  /** If the product is not known, `name` is the seller's and `by` is null. */
  readonly brand: { readonly name: string; readonly by: string | null }
  readonly heading: string
  readonly lead: string
  /** The registration's reference. */
  readonly reference: { readonly label: string; readonly value: string } | null
  readonly next: {
    readonly title: string
    readonly steps: readonly string[]
    readonly button: { readonly text: string | null; readonly href: string; readonly link: string } | null
    /** A second link, below the button. */
    readonly below: { readonly text: string; readonly href: string; readonly link: string } | null
  } | null
  /** A message from the seller. */
  readonly message: { readonly title: string; readonly text: string } | null
  readonly facts: readonly {
    readonly title: string
    readonly rows: readonly { readonly label: string; readonly value: string }[]
  }[]
  readonly support: {
    readonly title: string
    readonly text: string
    readonly links: readonly { readonly href: string; readonly text: string }[]
    /** The link targets, for the plain text. */
    readonly addresses: readonly string[]
  } | null
  readonly note: string | null
}

type RenderMail = (model: MailModel) => { readonly text: string; readonly html: string }

const folder = join(import.meta.dirname, '../../views/mail')

/** The names at the top of a mail. `by` is a phrase with the seller's name. */
export function mailBrand({ productName, sellerName }: Branding, by: string): MailModel['brand'] {
  return productName === null ? { name: sellerName, by: null } : { name: productName, by }
}

/** Reads the templates once, so that writing a mail in a transaction needs no file access. */
export function createRenderMail(accentColor: string | null): RenderMail {
  const text = compiled('text')
  const html = compiled('html')
  return (model) => {
    const values = { ...model, tone: tones[model.tone], accent: accentColor ?? defaultAccent }
    const { layout } = catalogs[isLanguage(model.lang) ? model.lang : 'en']
    const labeled = (label: string, value: string) => fill(layout.labeled, { label, value })
    return {
      text: text({ ...values, labeled, withColon: (label: string) => labeled(label, '').trimEnd() }),
      html: html({ ...values, whole: wholeReferences(model.reference?.value ?? null) }),
    }
  }
}

/** Escapes a sentence and prevents line breaks at the hyphens of the reference. */
function wholeReferences(reference: string | null): (sentence: string) => string {
  return (sentence) => {
    const escaped = ejs.escapeXML(sentence)
    if (reference === null) return escaped
    return escaped.replaceAll(reference, `<span style="white-space: nowrap">${reference}</span>`)
  }
}

function compiled(name: string) {
  return ejs.compile(readFileSync(join(folder, `${name}.ejs`), 'utf8'))
}
