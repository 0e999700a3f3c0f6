import { licenseIdOf } from './license.ts'
import type { Registration } from './registration.ts'
import type { StoredSubscription } from './subscription-rows.ts'
import type { Query, Rows } from './unit-of-work.ts'

/** AWS's confirmation of the purchase of a registration. Null if it is not known. */
export type Confirmation =
  | { readonly state: 'awaited' }
  /** `startsAt` is null if it is not known or belongs to a renewal. */
  | { readonly state: 'confirmed'; readonly startsAt: Date | null }
  /** The subscription starts later. */
  | { readonly state: 'scheduled'; readonly startsAt: Date }
  | { readonly state: 'ended'; readonly endedAt: Date }
  | null

/** Rejects with an `AppError`. */
export type ConfirmationOf = (registration: Registration) => Promise<Confirmation>

export function createConfirmationOf(query: Query): ConfirmationOf {
  return async ({ licenseArn }) => {
    // A subscription can be found by its license only.
    if (licenseArn === null) return null
    const subscription = await query((rows) => currentSubscription(rows, licenseArn))
    if (subscription?.state === 'ended')
      return { state: 'ended', endedAt: subscription.endedAt ?? subscription.updatedAt }
    if (subscription?.state === 'scheduled' && subscription.startsAt !== null)
      return { state: 'scheduled', startsAt: subscription.startsAt }
    const isConfirmed = subscription !== null && ['active', 'ending', 'superseded'].includes(subscription.state)
    if (!isConfirmed) return { state: 'awaited' }
    const isFirst = subscription.licenseId === licenseIdOf(licenseArn)
    return { state: 'confirmed', startsAt: isFirst ? subscription.startsAt : null }
  }
}

/** The subscription of a license, or the one that continues it after renewals and replacements. */
export async function currentSubscription(
  { subscriptions }: Rows,
  licenseArn: string,
): Promise<StoredSubscription | null> {
  const own = await subscriptions.findByLicense(licenseArn)
  if (own?.state !== 'superseded' || own.awsAccountId === null) return own
  const first = own.initialAgreementId ?? own.agreementId
  const ofAccount = await subscriptions.ofAccount(own.awsAccountId)
  return (
    ofAccount.find(({ initialAgreementId, state }) => initialAgreementId === first && state !== 'superseded') ?? own
  )
}
