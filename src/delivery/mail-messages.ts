import { productOf, type Product, type Products } from '../domain/product.ts'
import { awsLinks } from '../domain/partition.ts'
import { accessDueAt, promiseBegins } from '../domain/access.ts'
import { isWhole, type Notification, type RegistrationData } from '../domain/notification.ts'
import type { Contact } from '../domain/contact.ts'
import type { Message, MessagesFor } from '../domain/delivery.ts'
import { mailboxKey } from '../domain/mailbox.ts'
import { isLanguage } from '../i18n/languages.ts'
import { createBuyerMail, type BuyerMail, type BuyerMailFacts } from './buyer-mail.ts'
import type { MailBody } from './mail-body.ts'
import { createRenderMail, type MailModel } from './mail-template.ts'
import { createSellerMail, isSellerMail } from './seller-mail.ts'
import { testMail } from './test-mail.ts'

export type MailContent = {
  /** The sender's address. */
  readonly from: string
  readonly products: Products
  /** The AWS Marketplace Region. Links to AWS follow its partition. */
  readonly region: string
}

/** Creates the mails for a notification, each to one address, with the names and links of the registration's product. */
export function createMailMessages({ from, products, region }: MailContent): MessagesFor {
  const { purchases } = awsLinks(region)
  const mailsOf = (product: Product) => createProductMails(product, from, purchases)
  const unknown = mailsOf(products.unknown)
  const known = new Map(products.all.map((product) => [product, mailsOf(product)]))
  return (notification) => {
    if (notification.type === 'test') return [...known.values()].flatMap((mails) => mails.test())
    const { registration } = notification.data
    if (!isWhole(registration)) return []
    const mails = known.get(productOf(products, registration.product_code)) ?? unknown
    return mails.forRegistration(notification, registration)
  }
}

type ProductMails = {
  readonly test: () => readonly Message[]
  readonly forRegistration: (notification: Notification, registration: RegistrationData) => readonly Message[]
}

function createProductMails(branding: Product, from: string, purchasesUrl: string): ProductMails {
  const render = createRenderMail(branding.accentColor)
  const buyerMail = createBuyerMail(branding, purchasesUrl)
  const sellerMail = createSellerMail(branding)
  const sellers = [...new Set(branding.notifyEmail)]

  return { test: () => toSellers(testMail(branding)), forRegistration }

  function forRegistration(
    { type, occurredAt, data: { previous = null, subscription = null } }: Notification,
    registration: RegistrationData,
  ): readonly Message[] {
    const language = isLanguage(registration.language) ? registration.language : 'en'
    const startsAt = subscription?.state === 'scheduled' ? timeOf(subscription.starts_at) : null
    const due = dueAfter(occurredAt, registration, startsAt)
    const toBuyers = buyersOf(type, registration, previous).map(([mail, recipient]) =>
      message(
        'buyer',
        recipient,
        frozen(buyerMail(mail, language, { ...aboutIn(registration), due, startsAt, ready: readyIn(registration) })),
      ),
    )
    if (!isSellerMail(type)) return toBuyers
    return [...toBuyers, ...toSellers(sellerMail(type, { registration, previous, due }))]
  }

  function toSellers(model: MailModel): readonly Message[] {
    const body = frozen(model)
    return sellers.map((recipient) => message('seller', recipient, body))
  }

  /** The exact time, as on the last page. Null if it has passed. */
  function dueAfter(at: Date, { registered_at: registeredAt }: RegistrationData, startsAt: Date | null): Date | null {
    if (registeredAt === null) return null
    const due = accessDueAt(promiseBegins(new Date(registeredAt), startsAt), branding.accessWithinHours)
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

function aboutIn({ reference, aws_account_id, registered_at }: RegistrationData) {
  return {
    reference,
    awsAccountId: aws_account_id,
    registeredAt: timeOf(registered_at),
  }
}

function timeOf(instant: string | null): Date | null {
  return instant === null ? null : new Date(instant)
}

function readyIn({ ready_at, ready_url, ready_message }: RegistrationData): BuyerMailFacts['ready'] {
  return ready_at === null ? null : { url: ready_url, message: ready_message }
}

/** The kind and the address of each mail to a buyer. */
function buyersOf(
  type: string,
  { email }: RegistrationData,
  previous: Contact | null,
): readonly (readonly [BuyerMail, string])[] {
  if (email === null) return []
  if (type === 'registration.completed') return [['registered', email]]
  if (type === 'registration.ready') return [['ready', email]]
  if (type !== 'registration.changed') return []
  const isReplaced = previous !== null && mailboxKey(previous.email) !== mailboxKey(email)
  return [...(isReplaced ? [['replaced', previous.email] as const] : []), ['changed', email]]
}

function message(audience: Message['audience'], recipient: string, body: string): Message {
  return { receiver: 'mail', audience, recipient, body }
}
