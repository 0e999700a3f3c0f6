import { mailBody, type MailBody } from '../../src/delivery/mail-body.ts'
import { createMailMessages } from '../../src/delivery/mail-messages.ts'
import { registrationData, type Notification } from '../../src/domain/notification.ts'
import { createProducts, type Product } from '../../src/domain/product.ts'
import type { Contact } from '../../src/domain/contact.ts'
import type { SubscriptionData } from '../../src/domain/subscription-data.ts'
import type { Answers } from '../../src/domain/own-field.ts'
import type { Language } from '../../src/i18n/languages.ts'
import { aBranding, aRegistration } from './pages.ts'

export const typed: Contact = {
  email: 'typed.address@example.com',
  name: 'Typedname <b>Bold</b>\u202eevil',
  company: 'Typedcompany https://phishing.example & "Söhne"',
  phone: '+49 30 7654321',
}
export const before: Contact = { email: 'old.address@example.com', name: 'Oldname', company: 'Oldcompany', phone: null }

type Written = { readonly to: string | null; readonly audience: string; readonly mail: MailBody }

/** The mails of a notification. */
export function mailsOf(
  type: Notification['type'],
  {
    language = 'en',
    contact = typed,
    previous = before,
    fields = {},
    branding = aBranding,
    subscription = null,
    occurredAt = new Date('2026-11-23T15:42:00Z'),
    region = 'us-east-1',
  }: {
    readonly language?: string | null
    readonly contact?: Contact | null
    readonly previous?: Contact | null
    /** The answers, and their labels. */
    readonly fields?: { readonly fields?: Answers; readonly fieldLabels?: Readonly<Record<string, string>> }
    readonly branding?: Product
    readonly subscription?: SubscriptionData | null
    readonly region?: string
    /** The registration was made on November 23, 15:42. */
    readonly occurredAt?: Date
  } = {},
): readonly Written[] {
  const registration = aRegistration({ language, contact, ...fields })
  const notifyEmail = ['sales@northwind.example', 'ops@northwind.example', 'sales@northwind.example']
  const product = { ...branding, notifyEmail }
  const messages = createMailMessages({
    from: 'no-reply@northwind.example',
    products: createProducts([product], product),
    region,
  })({
    id: '0b54a1c2-0000-4000-8000-000000000001',
    type,
    occurredAt,
    registrationId: registration.id,
    actor: 'buyer',
    data:
      type === 'test'
        ? {}
        : {
            registration: registrationData(registration, { find: () => null }),
            subscription,
            ...(type === 'registration.changed' ? { previous: previous && { ...previous, fields: {} } } : {}),
          },
  })
  return messages.map(({ recipient, audience, body }) => ({
    to: recipient,
    audience,
    mail: mailBody.parse(JSON.parse(body)),
  }))
}

/** Every mail to a buyer in one language, by name. */
export function buyerMails(language: Language): ReadonlyMap<string, MailBody> {
  const [registered] = mailsOf('registration.completed', { language })
  const [replaced, changed] = mailsOf('registration.changed', { language })
  if (registered === undefined || replaced === undefined || changed === undefined) throw new Error('a mail is missing')
  return new Map([
    ['registered', registered.mail],
    ['changed', changed.mail],
    ['replaced', replaced.mail],
  ])
}

export const sellerMailTypes = [
  'registration.completed',
  'registration.changed',
  'registration.abandoned',
  'test',
] as const

export function sellerMail(type: (typeof sellerMailTypes)[number]): MailBody {
  const mails = mailsOf(type, type === 'registration.abandoned' ? { contact: null } : {})
  const found = mails.find(({ audience }) => audience === 'seller')
  if (found === undefined) throw new Error('a mail is missing')
  return found.mail
}
