import type { Contact } from './contact.ts'
import type { Answers } from './own-field.ts'
import type { Products } from './product.ts'
import type { Registration } from './registration.ts'
import type { SubscriptionData } from './subscription-data.ts'

export const notificationTypes = [
  'registration.completed',
  'registration.changed',
  'registration.abandoned',
  'registration.ready',
  'registration.erased',
  'subscription.activated',
  'subscription.updated',
  'subscription.renewed',
  'subscription.ending',
  'subscription.ended',
  'subscription.advisory',
  'subscription.notice',
  'test',
] as const
export type NotificationType = (typeof notificationTypes)[number]

/** A row of `registrations` in the seller's format, with times as ISO 8601 in UTC. */
export type RegistrationData = ReturnType<typeof registrationData>

/** The registration in `registration.erased`, without anything that a person typed. */
type ErasedData = Pick<RegistrationData, 'id' | 'reference' | 'product_code' | 'aws_account_id' | 'license_arn'>

/** False for the reduced data of an erased registration. */
export function isWhole(
  registration: RegistrationData | ErasedData | null | undefined,
): registration is RegistrationData {
  return registration !== undefined && registration !== null && 'email' in registration
}

/** The type and detail of an AWS Marketplace event that changes no subscription, such as an upcoming renewal. */
export type Notice = { readonly detail_type: string; readonly detail: unknown }

export type PreviousContact = Contact & { readonly fields: Answers }

export type NotificationData = {
  /** Null if there is no registration for this subscription. */
  readonly registration?: RegistrationData | ErasedData | null
  /** Null if none is known. */
  readonly subscription?: SubscriptionData | null
  readonly notice?: Notice
  /** The contact details and the answers before a change. */
  readonly previous?: PreviousContact | null
}

/** An event to report to the seller or the buyer. After it is stored, it changes only if contact details are erased. */
export type Notification = {
  /** UUID; the same in every attempt to deliver it. */
  readonly id: string
  readonly type: NotificationType
  readonly occurredAt: Date
  readonly registrationId: string | null
  /** `buyer`, `api`, `cli`, `console`, the address of a console user, or `system` if no person acted. */
  readonly actor: string
  readonly data: NotificationData
}

/** The key from `products` is null without a products file, and for a product that left the file. */
export function registrationData(registration: Registration, products: Pick<Products, 'find'>) {
  const { contact } = registration
  return {
    id: registration.id,
    reference: registration.reference,
    status: registration.status,
    product: products.find(registration.productCode)?.key ?? null,
    product_code: registration.productCode,
    aws_account_id: registration.awsAccountId,
    license_arn: registration.licenseArn,
    customer_identifier: registration.customerIdentifier,
    offer_type: registration.offerType,
    claimed_agreement_id: registration.claimedAgreementId,
    claimed_product_id: registration.claimedProductId,
    email: contact?.email ?? null,
    name: contact?.name ?? null,
    company: contact?.company ?? null,
    phone: contact?.phone ?? null,
    fields: registration.fields,
    field_labels: registration.fieldLabels,
    language: registration.language,
    landed_at: registration.landedAt.toISOString(),
    last_landed_at: registration.lastLandedAt.toISOString(),
    registered_at: registration.registeredAt?.toISOString() ?? null,
    ready_at: registration.readyAt?.toISOString() ?? null,
    ready_by: registration.readyBy,
    ready_url: registration.readyUrl,
    ready_message: registration.readyMessage,
    updated_at: registration.updatedAt.toISOString(),
  }
}

/** The stored events, oldest first. */
export type EventRows = {
  readonly insert: (notification: Notification) => Promise<void>
  /** Replaces the data of an event. Used only to erase contact details. */
  readonly updateData: (notification: Notification) => Promise<void>
  /** The events of one registration, oldest first. */
  readonly of: (registrationId: string) => Promise<readonly Notification[]>
  /** At most 100 registrations that landed in this period, are not registered, and were not notified as abandoned. */
  readonly findAbandoned: (landed: { readonly after: Date; readonly before: Date }) => Promise<readonly string[]>
}
