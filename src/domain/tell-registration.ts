import { registrationData, type NotificationData } from './notification.ts'
import type { UnitOfWork } from './unit-of-work.ts'
import type { Products } from './product.ts'
import type { Registration } from './registration.ts'
import { subscriptionData } from './subscription-data.ts'

/** A registration as it is told, with its subscription where these are followed. */
export type TellRegistration = (unit: UnitOfWork, registration: Registration) => Promise<NotificationData>

export function createTellRegistration(products: Pick<Products, 'find'>, withSubscription: boolean): TellRegistration {
  return async ({ subscriptions }, registration) => {
    const told = { registration: registrationData(registration, products) }
    if (!withSubscription) return told
    const { licenseArn } = registration
    const subscription = licenseArn === null ? null : await subscriptions.findByLicense(licenseArn)
    return { ...told, subscription: subscription === null ? null : subscriptionData(subscription) }
  }
}
