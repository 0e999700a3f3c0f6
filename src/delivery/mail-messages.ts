import type { Branding } from '../config/branding.ts'
import { accessDueAt } from '../domain/access.ts'
import type { RegistrationData } from '../domain/notification.ts'
import type { Contact } from '../domain/contact.ts'
import type { Message, MessagesFor } from '../domain/delivery.ts'
import { isLanguage } from '../i18n/languages.ts'
import { createBuyerMail, type BuyerMail } from './buyer-mail.ts'
import type { MailBody } from './mail-body.ts'
import { createRenderMail, type MailModel } from './mail-template.ts'
import { createSellerMail, isSellerMail } from './seller-mail.ts'
import { testMail } from './test-mail.ts'

export type MailContent = {
  /** The sender's address. */
  readonly from: string
  /** The seller's addresses that hear of each registration. */
  readonly notify: readonly string[]
  readonly branding: Branding
}

/** The mails that an notification makes, each to one address. */
export function createMailMessages({ from, notify, branding }: MailContent): MessagesFor {
  const render = createRenderMail(branding.accentColor)
  const buyerMail = createBuyerMail(branding)
  const sellerMail = createSellerMail(branding)
  const sellers = [...new Set(notify)]

  return ({ type, occurredAt, data: { registration, previous = null } }) => {
    if (type === 'test') return toSellers(testMail(branding))
    if (registration === undefined || registration === null) return []
    const language = isLanguage(registration.language) ? registration.language : 'en'
    const { reference } = registration
    const due = dueAfter(occurredAt, registration)
    const toBuyers = buyersOf(type, registration, previous).map(([mail, recipient]) =>
      message('buyer', recipient, frozen(buyerMail(mail, language, { reference, due }))),
    )
    if (!isSellerMail(type)) return toBuyers
    return [...toBuyers, ...toSellers(sellerMail(type, { registration, previous, due }))]
  }

  function toSellers(model: MailModel): readonly Message[] {
    const body = frozen(model)
    return sellers.map((recipient) => message('seller', recipient, body))
  }

  /** A mail is kept, so it names the hour as the last page does, and only one that was still to come. */
  function dueAfter(at: Date, { registered_at: registeredAt }: RegistrationData): Date | null {
    if (registeredAt === null) return null
    const due = accessDueAt(new Date(registeredAt), branding.accessWithinHours)
    return due > at ? due : null
  }

  function frozen(model: MailModel): string {
    const body: MailBody = {
      subject: model.subject,
      ...render(model),
      from: { name: branding.sellerName, address: from },
      replyTo: branding.supportEmail,
    }
    return JSON.stringify(body)
  }
}

/** The address before comes first: where the day's limit is reached, the warning is the mail that must not be missing. */
function buyersOf(
  type: string,
  { email }: RegistrationData,
  previous: Contact | null,
): readonly (readonly [BuyerMail, string])[] {
  if (email === null) return []
  if (type === 'registration.completed') return [['registered', email]]
  if (type !== 'registration.changed') return []
  const isReplaced = previous !== null && previous.email.toLowerCase() !== email.toLowerCase()
  return [...(isReplaced ? [['replaced', previous.email] as const] : []), ['changed', email]]
}

function message(audience: Message['audience'], recipient: string, body: string): Message {
  return { receiver: 'mail', audience, recipient, body }
}
