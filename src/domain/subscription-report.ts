import { registrationData, type Notice, type NotificationType } from './notification.ts'
import type { Notify } from './notify.ts'
import type { Products } from './product.ts'
import { subscriptionData } from './subscription-data.ts'
import type { StoredSubscription } from './subscription-rows.ts'
import type { UnitOfWork } from './unit-of-work.ts'

type Report = {
  readonly subscription: StoredSubscription
  readonly types: readonly NotificationType[]
  readonly notices: readonly Notice[]
  /** The registration of this subscription. */
  readonly registrationId: string | null
  readonly at: Date
}

/** Writes the notifications about a subscription. */
type WriteReport = (unit: UnitOfWork, report: Report) => Promise<void>

export function createWriteReport(notify: Notify, products: Pick<Products, 'find'>): WriteReport {
  return async (unit, { subscription, types, notices, registrationId, at }) => {
    if (types.length + notices.length === 0) return
    const data = {
      subscription: subscriptionData(subscription),
      registration: registrationId === null ? null : await read(unit, registrationId),
    }
    const about = { at, registrationId, actor: 'system' }
    for (const type of types) await notify(unit, { ...about, type, data })
    for (const notice of notices)
      await notify(unit, { ...about, type: 'subscription.notice', data: { ...data, notice } })
  }

  /** Reads the contact details under the registration's lock. Otherwise they could be stored again after they were erased. */
  async function read(unit: UnitOfWork, registrationId: string) {
    await unit.lock(`registration ${registrationId}`)
    const registration = await unit.registrations.find(registrationId)
    return registration === null ? null : registrationData(registration, products)
  }
}
