import type { Registration } from './registration.ts'
import type { Query } from './unit-of-work.ts'

/** What AWS says about the purchase of a registration. Null where nothing is known. */
export type Confirmation =
  | { readonly state: 'confirmed' | 'awaited' }
  /** The subscription starts later. */
  | { readonly state: 'scheduled'; readonly startsAt: Date }
  | { readonly state: 'ended'; readonly endedAt: Date }
  | null

/** Rejects with an `AppError`. */
export type ConfirmationOf = (registration: Registration) => Promise<Confirmation>

export function createConfirmationOf(query: Query): ConfirmationOf {
  return async ({ licenseArn }) => {
    // A subscription is found by its license only.
    if (licenseArn === null) return null
    const subscription = await query((rows) => rows.subscriptions.findByLicense(licenseArn))
    if (subscription?.state === 'ended')
      return { state: 'ended', endedAt: subscription.endedAt ?? subscription.updatedAt }
    if (subscription?.state === 'scheduled' && subscription.startsAt !== null)
      return { state: 'scheduled', startsAt: subscription.startsAt }
    const isConfirmed = subscription !== null && ['active', 'ending', 'superseded'].includes(subscription.state)
    return { state: isConfirmed ? 'confirmed' : 'awaited' }
  }
}
