import { registrationData, type NotificationData } from './notification.ts'
import type { Products } from './product.ts'
import type { Registration } from './registration.ts'
import { subscriptionData } from './subscription-data.ts'
import type { Rows } from './unit-of-work.ts'

/** The data of a notification about a registration, with its subscription if subscriptions are followed. */
export type DataOfRegistration = (rows: Rows, registration: Registration) => Promise<NotificationData>

export function createDataOfRegistration(
  products: Pick<Products, 'find'>,
  withSubscription: boolean,
): DataOfRegistration {
  return async ({ subscriptions }, registration) => {
    const data = { registration: registrationData(registration, products) }
    if (!withSubscription) return data
    const { licenseArn } = registration
    const subscription = licenseArn === null ? null : await subscriptions.findByLicense(licenseArn)
    return { ...data, subscription: subscription === null ? null : subscriptionData(subscription) }
  }
}
