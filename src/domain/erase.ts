import { isDeepStrictEqual } from 'node:util'
import { lockedByReference } from './locked-registration.ts'
import { isWhole, type Notification, type NotificationData } from './notification.ts'
import type { Notify } from './notify.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'

/** The numbers of erased items: events, unsent webhook messages, unsent mails, and sessions. */
type Erased = {
  readonly events: number
  readonly rewritten: number
  readonly ended: number
  readonly sessions: number
}

type Erasure = {
  readonly reference: string
  /** See `Notification`. */
  readonly actor: string
  readonly at: Date
}

/**
 * Removes what a buyer typed and what the seller wrote to the buyer from a registration, its events and its unsent messages, and
 * ends its sessions. The row stays, with its AWS account and license. Null if no registration has this reference. Rejects with an
 * `AppError`.
 */
export type Erase = (erasure: Erasure) => Promise<Erased | null>

type EraseDeps = {
  readonly transaction: Transaction
  readonly notify: Notify
  /** Creates the webhook body for an event. */
  readonly webhookBody: (notification: Notification) => string
  /** Overwrites erased data that is still in the database files. */
  readonly scrub: () => Promise<void>
}

export function createErase({ transaction, notify, webhookBody, scrub }: EraseDeps): Erase {
  return async (erasure) => {
    const erased = await transaction((unit) => erase(unit, erasure))
    if (erased !== null) await scrub()
    return erased
  }

  async function erase(unit: UnitOfWork, { reference, actor, at }: Erasure): Promise<Erased | null> {
    const registration = await lockedByReference(unit, reference)
    if (registration === null) return null
    const { id, productCode, awsAccountId, licenseArn } = registration
    await unit.registrations.erase(id, at)
    const sessions = await unit.sessions.endOfRegistration(id)
    await unit.handoffCodes.endOfRegistration(id)
    await unit.handoffCodes.forgetRedeemed(id)
    let rewritten = 0
    const events = (await unit.events.of(id)).filter(({ data }) => isPersonal(data))
    for (const event of events) {
      const erased = { ...event, data: erasedData(event.data) }
      await unit.events.updateData(erased)
      rewritten += await unit.deliveries.rewrite(event.id, webhookBody(erased))
    }
    const ended = await unit.deliveries.endMails(id)
    const left = { id, reference, product_code: productCode, aws_account_id: awsAccountId, license_arn: licenseArn }
    await notify(unit, { type: 'registration.erased', at, registrationId: id, actor, data: { registration: left } })
    return { events: events.length, rewritten, ended, sessions }
  }
}

const nothing = {
  email: null,
  name: null,
  company: null,
  phone: null,
  fields: {},
  field_labels: {},
  ready_url: null,
  ready_message: null,
}

function isPersonal({ registration, previous }: NotificationData): boolean {
  if ((previous ?? null) !== null) return true
  return isWhole(registration) && !isDeepStrictEqual({ ...registration, ...nothing }, registration)
}

function erasedData(data: NotificationData): NotificationData {
  const { registration, previous } = data
  return {
    ...data,
    ...(isWhole(registration) ? { registration: { ...registration, ...nothing } } : {}),
    ...(previous === undefined ? {} : { previous: null }),
  }
}
