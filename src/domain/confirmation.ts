import type { Query } from './unit-of-work.ts'
import type { Registration } from './registration.ts'

/** What AWS says of the purchase behind a registration: null where there is nothing to say. */
export type Confirmation = 'confirmed' | 'awaited' | null

/** Rejects with an `AppError`. */
export type ConfirmationOf = (registration: Registration) => Promise<Confirmation>

export function createConfirmationOf(query: Query): ConfirmationOf {
  return async ({ licenseArn }) => {
    // By nothing else could its subscription be found.
    if (licenseArn === null) return null
    const subscription = await query((unit) => unit.subscriptions.findByLicense(licenseArn))
    switch (subscription?.state) {
      case 'active':
      case 'ending':
      case 'superseded':
        return 'confirmed'
      case 'ended':
        return null
      case 'pending':
      case 'scheduled':
      case undefined:
        return 'awaited'
    }
  }
}
