import type { Branding } from '../domain/product.ts'
import { instant } from '../i18n/instant.ts'
import { catalogFor, fill, namesIn, type Catalog, type Language } from '../i18n/languages.ts'
import { shortAddress } from '../i18n/short-address.ts'
import { supportMailto, type SupportCase } from '../i18n/support-mail.ts'
import { mailBrand, type MailModel } from './mail-template.ts'

/** `registered`, `changed` and `ready` go to the registered address, `replaced` to the previous one. */
export type BuyerMail = 'registered' | 'changed' | 'replaced' | 'ready'

export type BuyerMailFacts = {
  readonly reference: string
  readonly awsAccountId: string
  readonly registeredAt: Date | null
  /** The promised time of access; null if none is promised or it has passed. */
  readonly due: Date | null
  /** The start of a subscription that starts later; null for others. */
  readonly startsAt: Date | null
  /** The seller's link and message when access is marked as ready. */
  readonly ready: { readonly url: string | null; readonly message: string | null } | null
}

/**
 * The mails to buyers. The address may belong to another person, so mails contain nothing that the buyer typed, and no link
 * signs anybody in.
 */
export function createBuyerMail(
  branding: Branding,
  purchasesUrl: string,
): (mail: BuyerMail, language: Language, about: BuyerMailFacts) => MailModel {
  return (mail, language, about) => {
    const { reference, due, startsAt, ready } = about
    const words = catalogFor(language, branding)
    const { layout, complete } = words
    const values = {
      ...namesIn(branding),
      reference,
      ...(due === null ? {} : { time: instant(language, due) }),
      ...(startsAt === null ? {} : { date: instant(language, startsAt) }),
    }
    const filled = (sentence: string) => fill(sentence, values)
    const isChange = mail === 'changed' || mail === 'replaced'
    const supportText = isChange ? [words.mail.changedBy, words.mail.alarm] : [layout.supportText, layout.supportQuote]
    return {
      lang: language,
      subject: filled(words.mail[mail].subject),
      tone: mail === 'replaced' ? 'act' : 'done',
      brand: mailBrand(branding, filled(layout.bySeller)),
      heading: filled(words.mail[mail].heading),
      lead: filled(words.mail[mail].lead),
      reference: { label: complete.reference, value: reference },
      next: next(),
      message:
        mail === 'ready' && ready?.message ? { title: filled(complete.readyMessage), text: ready.message } : null,
      facts: mail === 'registered' || mail === 'changed' ? [facts(words, branding, { language, ...about })] : [],
      support: {
        title: layout.supportTitle,
        text: supportText.map(filled).join(/^(?:ja|zh)/.test(language) ? '' : ' '),
        // The previous address may belong to another person.
        ...supportContact(branding, words, mail === 'replaced' ? { reference, awsAccountId: null } : about),
      },
      note: mail === 'replaced' ? null : filled(words.mail.unexpected),
    }

    /** The same next steps as on the last page. */
    function next(): MailModel['next'] {
      const { registered, changed, ready: access } = words.mail
      if (mail === 'replaced') return null
      if (mail === 'ready') return toSignIn([access.open, access.missing])
      if (ready !== null) return toSignIn([complete.readyTitle])
      if (branding.handoffUrl !== null) return toHandoff()
      if (due === null) return null
      return toSignIn([
        ...(startsAt === null ? [] : [complete.startsOn]),
        ...(mail === 'changed' ? [changed.access] : [registered.prepare, registered.access, registered.missing]),
      ])
    }

    function toSignIn(steps: readonly string[]): MailModel['next'] {
      const link = filled(complete.signIn)
      const button =
        ready === null
          ? { text: complete.signInText, href: branding.signInUrl, link }
          : {
              text: null,
              href: ready.url ?? branding.signInUrl,
              link: ready.url === null ? link : filled(complete.readyOpen),
            }
      return { title: complete.nextTitle, steps: steps.map(filled), button, below: null }
    }

    /** Only a session that AWS Marketplace opened may continue to the seller's application. */
    function toHandoff(): MailModel['next'] {
      const { open, openAgain, choose, continue: go, button } = words.mail.handoff
      // A buyer who changes the details may have connected the account before.
      const first = mail === 'changed' ? openAgain : open
      return {
        title: complete.nextTitle,
        steps: [first, choose, go, complete.handoffLink].map(filled),
        button: { text: null, href: purchasesUrl, link: filled(button) },
        below: { text: complete.alreadyConnected, href: branding.signInUrl, link: layout.signIn },
      }
    }
  }
}

type Facts = Pick<BuyerMailFacts, 'awsAccountId' | 'registeredAt'> & { readonly language: Language }

/** Details for a person who handles the invoice. */
function facts(
  { complete, registration: form }: Catalog,
  { productName }: Branding,
  { language, awsAccountId, registeredAt }: Facts,
): MailModel['facts'][number] {
  return {
    title: complete.details,
    rows: [
      ...(productName === null ? [] : [{ label: form.product, value: productName }]),
      { label: form.account, value: awsAccountId },
      ...(registeredAt === null ? [] : [{ label: complete.date, value: instant(language, registeredAt) }]),
    ],
  }
}

function supportContact(branding: Branding, words: Catalog, about: SupportCase) {
  const { supportEmail, supportUrl } = branding
  const { layout } = words
  const contacts: { readonly address: string; readonly href: string; readonly text: string }[] = []
  const href = supportMailto(branding, words, about)
  if (supportEmail !== null && href !== null)
    contacts.push({ address: supportEmail, href, text: fill(layout.supportWrite, { email: supportEmail }) })
  if (supportUrl !== null) {
    const text = fill(layout.supportVisit, { page: shortAddress(supportUrl) })
    contacts.push({ address: supportUrl, href: supportUrl, text })
  }
  return { links: contacts, addresses: contacts.map(({ address }) => address) }
}
