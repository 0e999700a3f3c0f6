import type { Branding } from '../../domain/product.ts'
import { paths } from '../paths.ts'
import { assets } from './assets.ts'
import { stateFields, type Hidden, type PageState } from './page-state.ts'
import { catalogFor, catalogs, namesIn, fill, languages, type Catalog, type Language } from '../../i18n/languages.ts'
import { shortAddress } from '../../i18n/short-address.ts'
import { supportMailto, type SupportCase } from '../../i18n/support-mail.ts'

/** The buyer's step. `connect`: registered, and the seller's application has not received the registration. */
type Step = 'register' | 'connect' | 'done'

type FrameInput = {
  /** `data-page`: the name of the page, or the code of the failure. */
  readonly name: string
  readonly title: string
  /** The buyer's step in the progress bar; null on a failure page. */
  readonly step: Step | null
  readonly shown: PageState
  /** The form that the language buttons also submit, so that typed values are kept; null if they have their own form. */
  readonly formId: string | null
  /** Values for a mail to support. */
  readonly about: SupportCase
}

export type Link = { readonly href: string; readonly text: string }

/** The parts of every page around its content: brand, progress, support contact, languages. */
export function createFrame(branding: Branding): (language: Language, input: FrameInput) => object {
  const names = namesIn(branding)
  const files = assets(branding)
  return (language, { name, title, step, shown, formId, about }) => {
    const words = catalogFor(language, branding)
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
        steps: step === null ? null : progress(words, branding, step),
        support: {
          title: layout.supportTitle,
          text: fill(layout.supportText, { seller: branding.sellerName }),
          quote: shown.page === 'failure' || shown.page === 'complete' ? layout.supportQuote : null,
          links: supportLinks(branding, words, about),
        },
        links: [
          ...link(branding.listingUrl, fill(layout.listing, names)),
          ...link(branding.privacyUrl, layout.privacy),
          ...link(branding.termsUrl, layout.terms),
        ],
        languages: {
          label: layout.language,
          close: layout.close,
          current: words.name,
          action: paths.language,
          formId,
          hidden: languageFields(shown, formId),
          choices: languages.map((tag) => ({ tag, text: catalogs[tag].name, chosen: tag === language })),
        },
      },
    }
  }
}

/** The button that ends the session. */
export function leaveForm({ layout }: Catalog): object {
  return { action: paths.leave, text: layout.leaveText, button: layout.leave }
}

/** One link, or none if not configured. */
export function link(href: string | null, text: string): readonly Link[] {
  return href === null ? [] : [{ href, text }]
}

/** The hidden fields of the language buttons' own form. Other forms already contain them. */
function languageFields(shown: PageState, formId: string | null): Hidden {
  if (formId !== null) return {}
  return { ...(shown.page === 'failure' ? shown.retry?.fields : {}), ...stateFields(shown) }
}

function progress({ steps: words }: Catalog, { handoffUrl }: Branding, step: Step): object {
  const last = handoffUrl === null || step === 'done' ? 'done' : 'connect'
  const steps = ['bought', 'register', last] as const
  const at = step === 'done' ? steps.length - 1 : steps.indexOf(step)
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

/** The first letter or digit of a name, shown if there is no logo; null if it has neither. */
function monogram(name: string): string | null {
  return /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? null
}

/** The links to the seller's support, email first. */
export function supportLinks(branding: Branding, words: Catalog, about: SupportCase): readonly Link[] {
  const { layout } = words
  const { supportEmail, supportUrl } = branding
  const page = link(supportUrl, fill(layout.supportVisit, { page: shortAddress(supportUrl ?? '') }))
  const mail = link(supportMailto(branding, words, about), fill(layout.supportWrite, { email: supportEmail ?? '' }))
  return [...mail, ...page]
}
