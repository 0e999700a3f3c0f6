import type { Branding } from '../../domain/product.ts'
import type { Registration } from '../../domain/registration.ts'
import { catalogueFor, namesIn, fill, type Language } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import { createFrame, link } from './frame.ts'
import { wayBack } from './marketplace.ts'

/** The session's registration when the buyer has registered; else null. */
export type StartInput = Pick<Registration, 'reference'> | null

/** The page for visitors who do not come from AWS Marketplace, and for AWS's reviewers. */
export function createStart(
  branding: Branding,
  purchasesUrl: string,
): (language: Language, registered: StartInput) => object {
  const frame = createFrame(branding)
  const names = namesIn(branding)
  return (language, registered) => {
    const words = catalogueFor(language, branding)
    const { start } = words
    const heading = fill(start.title, names)
    return {
      ...frame(language, {
        name: 'start',
        title: heading,
        step: registered === null ? 'bought' : null,
        shown: { page: 'start' },
        formId: null,
        reference: registered?.reference ?? null,
      }),
      heading,
      registered: registered && { text: start.registered, href: paths.complete, link: start.registeredOpen },
      lead: registered === null ? fill(start.lead, names) : null,
      bought: {
        title: start.boughtTitle,
        text: fill(start.boughtText, names),
        way: wayBack(words, { ...branding, purchasesUrl }, registered === null ? 'first' : 'second'),
      },
      newcomer: {
        title: start.newTitle,
        text: fill(start.newText, names),
        links: link(branding.listingUrl, fill(start.newOpen, names)),
      },
      member: {
        title: start.memberTitle,
        text: fill(start.memberText, names),
        signIn: { href: branding.signInUrl, text: words.layout.signIn },
      },
    }
  }
}
