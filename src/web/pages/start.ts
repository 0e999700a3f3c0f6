import type { Branding } from '../../domain/product.ts'
import type { Registration } from '../../domain/registration.ts'
import { catalogFor, namesIn, fill, type Catalog, type Language } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import { createFrame, link } from './frame.ts'
import { wayBack } from './marketplace.ts'

/** The session's registration; null if there is none. */
export type StartInput = Pick<Registration, 'reference' | 'awsAccountId' | 'status'> | null

/** The page for people who do not come from AWS Marketplace, and for AWS's reviewers. */
export function createStart(
  branding: Branding,
  purchasesUrl: string,
): (language: Language, open: StartInput) => object {
  const frame = createFrame(branding)
  const names = namesIn(branding)
  return (language, open) => {
    const words = catalogFor(language, branding)
    const { start } = words
    const heading = fill(start.title, names)
    return {
      ...frame(language, {
        name: 'start',
        title: heading,
        // Whether a visitor without a session has bought is not known.
        step: open?.status === 'landed' ? 'register' : null,
        shown: { page: 'start' },
        formId: null,
        about: { reference: open?.reference ?? null, awsAccountId: open?.awsAccountId ?? null },
      }),
      heading,
      leadsOn: open && leadsOn(words, open),
      lead: open === null ? fill(start.lead, names) : null,
      purchase: {
        title: open === null ? start.boughtTitle : start.againTitle,
        text: fill(open === null ? start.boughtText : start.againText, names),
        way: wayBack(words, { ...branding, purchasesUrl }, open === null ? 'first' : 'second'),
      },
      others: open === null ? others(words, branding) : null,
      signIn: {
        question: open?.status === 'landed' ? words.registration.signInQuestion : words.layout.signInQuestion,
        href: branding.signInUrl,
        text: words.layout.signIn,
      },
    }
  }
}

/** The advice for visitors without a purchase to register. */
function others(words: Catalog, branding: Branding): object {
  const { start, layout } = words
  const names = namesIn(branding)
  return {
    newcomer: {
      title: start.newTitle,
      text: fill(start.newText, names),
      links: link(branding.listingUrl, fill(start.newOpen, names)),
    },
    member: {
      title: start.memberTitle,
      text: fill(start.memberText, names),
      signIn: { href: branding.signInUrl, text: layout.signIn },
    },
  }
}

/** The page where the buyer continues: the form or the last page. */
function leadsOn({ start }: Catalog, { status }: Pick<Registration, 'status'>): object {
  return status === 'landed'
    ? { tone: 'next', text: start.opened, href: paths.registration, link: start.openedContinue }
    : { tone: 'done', text: start.registered, href: paths.complete, link: start.registeredOpen }
}
