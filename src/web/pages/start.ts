import type { Branding } from '../../config/branding.ts'
import { catalogues, fill, type Language } from '../../i18n/languages.ts'
import { createFrame, link } from './frame.ts'
import { wayBack } from './marketplace.ts'

/** The page for people who do not come from AWS Marketplace, and for AWS's reviewers. */
export function createStart(branding: Branding): (language: Language) => object {
  const frame = createFrame(branding)
  const names = { product: branding.productName }
  return (language) => {
    const words = catalogues[language]
    const { start } = words
    const heading = fill(start.title, names)
    return {
      ...frame(language, { name: 'start', title: heading, step: 'bought', shown: { page: 'start' }, formId: null }),
      heading,
      lead: fill(start.lead, names),
      bought: { title: start.boughtTitle, text: fill(start.boughtText, names), way: wayBack(words, branding, 'first') },
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
