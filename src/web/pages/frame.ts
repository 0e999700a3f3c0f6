import type { Branding } from '../../domain/product.ts'
import { paths } from '../paths.ts'
import { assets } from './assets.ts'
import { stateFields, type Hidden, type PageState } from './page-state.ts'
import {
  catalogueFor,
  catalogues,
  namesIn,
  fill,
  languages,
  type Catalogue,
  type Language,
} from '../../i18n/languages.ts'
import { shortAddress } from '../../i18n/short-address.ts'

const steps = ['bought', 'register', 'done'] as const

export type FrameInput = {
  /** `data-page`: the page's name, or the failure's code. */
  readonly name: string
  readonly title: string
  /** The buyer's step in the progress bar; null on a failure page. */
  readonly step: (typeof steps)[number] | null
  readonly shown: PageState
  /** The form that the language buttons send along, so that nothing typed is lost; null when they have a form of their own. */
  readonly formId: string | null
  /** For the subject of a mail to support. Null when there is none. */
  readonly reference: string | null
}

export type Link = { readonly href: string; readonly text: string }

/** What every page has around its content: brand, progress, support contact, languages. */
export function createFrame(branding: Branding): (language: Language, input: FrameInput) => object {
  const names = namesIn(branding)
  const files = assets(branding)
  return (language, { name, title, step, shown, formId, reference }) => {
    const words = catalogueFor(language, branding)
    const { layout } = words
    return {
      frame: {
        lang: language,
        name,
        files,
        title: fill(layout.title, { title, ...names }),
        skip: layout.skip,
        brand: {
          product: branding.productName ?? branding.sellerName,
          by: branding.productName === null ? null : fill(layout.bySeller, names),
          logo: branding.logoUrl,
          monogram: monogram(branding.productName ?? branding.sellerName),
        },
        steps: step === null ? null : progress(words, step),
        support: {
          title: layout.supportTitle,
          text: fill(layout.supportText, { seller: branding.sellerName }),
          quote: shown.page === 'failure' || shown.page === 'complete' ? layout.supportQuote : null,
          links: supportLinks(branding, words, reference),
        },
        links: [
          ...link(branding.listingUrl, fill(layout.listing, names)),
          ...link(branding.privacyUrl, layout.privacy),
          ...link(branding.termsUrl, layout.terms),
        ],
        languages: {
          label: layout.language,
          current: words.name,
          action: paths.language,
          formId,
          hidden: languageFields(shown, formId),
          choices: languages.map((tag) => ({ tag, text: catalogues[tag].name, chosen: tag === language })),
        },
      },
    }
  }
}

/** The button that ends the session. */
export function leaveForm({ layout }: Catalogue): object {
  return { action: paths.leave, text: layout.leaveText, button: layout.leave }
}

/** One link, or none when it is not configured. */
export function link(href: string | null, text: string): readonly Link[] {
  return href === null ? [] : [{ href, text }]
}

/** The hidden fields of the language buttons' own form. A form that they send along has them already. */
function languageFields(shown: PageState, formId: string | null): Hidden {
  if (formId !== null) return {}
  return { ...(shown.page === 'failure' ? shown.retry?.fields : {}), ...stateFields(shown) }
}

function progress({ steps: words }: Catalogue, step: (typeof steps)[number]): object {
  const at = steps.indexOf(step)
  const count = { step: String(at + 1), count: String(steps.length), name: words[step] }
  return {
    label: words.label,
    short: fill(words.count, count),
    items: steps.map((name, i) => {
      const state = i < at || step === 'done' ? 'finished' : i === at ? 'current' : null
      return { text: words[name], state, stateText: state === null ? null : words[state], here: i === at }
    }),
  }
}

/** The first letter or digit of a name, where there is no logo; null when it has neither. */
function monogram(name: string): string | null {
  return /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? null
}

/** The links to the seller's support, mail first. The reference goes into the mail's subject. */
export function supportLinks(branding: Branding, { layout }: Catalogue, reference: string | null): readonly Link[] {
  const email = branding.supportEmail
  const page = link(branding.supportUrl, fill(layout.supportVisit, { page: shortAddress(branding.supportUrl ?? '') }))
  if (email === null) return page
  const pattern = reference === null ? layout.supportSubject : layout.supportSubjectReference
  const subject = fill(pattern, { ...namesIn(branding), reference: reference ?? '' })
  const href = `mailto:${email}?subject=${encodeURIComponent(subject)}`
  return [{ href, text: fill(layout.supportWrite, { email }) }, ...page]
}
