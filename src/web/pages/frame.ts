import type { Branding } from '../../config/branding.ts'
import { paths } from '../paths.ts'
import { assets } from './assets.ts'
import { stateFields, type Hidden, type PageState } from './page-state.ts'
import { catalogues, fill, languages, type Catalogue, type Language } from '../../i18n/languages.ts'

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
}

export type Link = { readonly href: string; readonly text: string }

/** What every page has around its content: brand, progress, support contact, languages. */
export function createFrame(branding: Branding): (language: Language, input: FrameInput) => object {
  const names = { product: branding.productName, seller: branding.sellerName }
  const files = assets(branding)
  return (language, { name, title, step, shown, formId }) => {
    const words = catalogues[language]
    const { layout } = words
    return {
      frame: {
        lang: language,
        name,
        files,
        title: fill(layout.title, { title, product: branding.productName }),
        skip: layout.skip,
        brand: { ...names, by: fill(layout.bySeller, names), logo: branding.logoUrl },
        steps: step === null ? null : progress(words, step),
        support: support(branding, words, shown.page === 'failure' ? shown.reference : null),
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
  return {
    label: words.label,
    items: steps.map((name, i) => {
      const state = i < at || step === 'done' ? 'finished' : i === at ? 'current' : null
      return { text: words[name], state, stateText: state === null ? null : words[state], here: i === at }
    }),
  }
}

function support(branding: Branding, words: Catalogue, reference: string | null): object {
  const { layout } = words
  return {
    title: layout.supportTitle,
    text: fill(layout.supportText, { seller: branding.sellerName }),
    quote: reference === null ? null : fill(layout.supportQuote, { reference }),
    links: supportLinks(branding, words, reference),
  }
}

/** The links to the seller's support, mail first. The reference goes into the mail's subject. */
export function supportLinks(branding: Branding, { layout }: Catalogue, reference: string | null): readonly Link[] {
  const email = branding.supportEmail
  const page = link(branding.supportUrl, layout.supportVisit)
  if (email === null) return page
  const pattern = reference === null ? layout.supportSubject : layout.supportSubjectReference
  const subject = fill(pattern, { product: branding.productName, reference: reference ?? '' })
  const href = `mailto:${email}?subject=${encodeURIComponent(subject)}`
  return [{ href, text: fill(layout.supportWrite, { email }) }, ...page]
}
