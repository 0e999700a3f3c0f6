import type { Branding } from '../domain/product.ts'
import { instant } from '../i18n/instant.ts'
import { catalogueFor, fill, namesIn, type Language } from '../i18n/languages.ts'
import { shortAddress } from '../i18n/short-address.ts'
import { mailBrand, type MailModel } from './mail-template.ts'

/** `registered`, `changed` and `ready` go to the registered address; `replaced` to the one that was registered before. */
export type BuyerMail = 'registered' | 'changed' | 'replaced' | 'ready'

export type BuyerNews = {
  readonly reference: string
  /** Until when the pages promise the access; null after that time. */
  readonly due: Date | null
  /** The link and the message of the seller, where access is marked as ready. */
  readonly ready: { readonly url: string | null; readonly message: string | null } | null
}

/**
 * The mails to buyers. Somebody may have typed another person's address: they contain nothing that was typed, and no link
 * logs anybody in.
 */
export function createBuyerMail(
  branding: Branding,
): (mail: BuyerMail, language: Language, news: BuyerNews) => MailModel {
  return (mail, language, { reference, due, ready }) => {
    const { mail: words, layout, complete } = catalogueFor(language, branding)
    const values = {
      ...namesIn(branding),
      reference,
      ...(due === null ? {} : { time: instant(language, due) }),
    }
    const filled = (sentence: string) => fill(sentence, values)
    const steps = stepsOf(mail)
    const button =
      ready === null
        ? { text: complete.signInText, href: branding.signInUrl, link: filled(complete.signIn) }
        : {
            text: null,
            href: ready.url ?? branding.signInUrl,
            link: filled(ready.url === null ? complete.signIn : complete.readyOpen),
          }
    const supportText = mail === 'replaced' ? [words.replaced.alarm] : [layout.supportText, layout.supportQuote]
    return {
      lang: language,
      subject: filled(words[mail].subject),
      tone: mail === 'replaced' ? 'act' : 'done',
      brand: mailBrand(branding, filled(layout.bySeller)),
      heading: filled(words[mail].heading),
      lead: filled(words[mail].lead),
      reference: { label: complete.reference, value: reference },
      next: steps.length === 0 ? null : { title: complete.nextTitle, steps: steps.map(filled), button },
      message:
        mail === 'ready' && ready?.message ? { title: filled(complete.readyMessage), text: ready.message } : null,
      facts: [],
      support: {
        title: layout.supportTitle,
        text: supportText.map(filled).join(/^(?:ja|zh)/.test(language) ? '' : ' '),
        ...supportContact(branding, language, reference),
      },
      note: mail === 'replaced' ? null : filled(words.unexpected),
    }

    /** What the last page says comes next. */
    function stepsOf(mail: BuyerMail): readonly string[] {
      if (mail === 'replaced') return []
      if (mail === 'ready') return [words.ready.open, words.ready.missing]
      if (ready !== null) return [complete.readyTitle]
      if (branding.handoffUrl !== null) return [words.handoff, complete.handoffLink]
      if (due === null) return []
      if (mail === 'changed') return [words.changed.access]
      return [words.registered.prepare, words.registered.access, words.registered.missing]
    }
  }
}

function supportContact(branding: Branding, language: Language, reference: string) {
  const { supportEmail, supportUrl } = branding
  const { layout } = catalogueFor(language, branding)
  const contacts: { readonly address: string; readonly href: string; readonly text: string }[] = []
  if (supportEmail !== null) {
    const subject = fill(layout.supportSubjectReference, { ...namesIn(branding), reference })
    const href = `mailto:${supportEmail}?subject=${encodeURIComponent(subject)}`
    contacts.push({ address: supportEmail, href, text: fill(layout.supportWrite, { email: supportEmail }) })
  }
  if (supportUrl !== null) {
    const text = fill(layout.supportVisit, { page: shortAddress(supportUrl) })
    contacts.push({ address: supportUrl, href: supportUrl, text })
  }
  return { links: contacts, addresses: contacts.map(({ address }) => address) }
}
