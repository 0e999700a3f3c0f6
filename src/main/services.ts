import { randomBytes } from 'node:crypto'
import type { MessagesFor } from '../domain/delivery.ts'
import { createErase, type Erase } from '../domain/erase.ts'
import type { Products } from '../domain/product.ts'
import { createHandoff, type Handoff } from '../domain/handoff.ts'
import { createNotify, type Notify, type WithheldMails } from '../domain/notify.ts'
import type { Notification, NotificationData } from '../domain/notification.ts'
import { createMarkReady, type MarkReady } from '../domain/ready.ts'
import { createProgressOf, type ProgressOf } from '../domain/progress.ts'
import { createRegistrations, type Registrations } from '../domain/registrations.ts'
import { createResend, type Resend } from '../domain/resend.ts'
import { createDataOfRegistration, type DataOfRegistration } from '../domain/registration-notification.ts'
import type { Store } from '../store/store.ts'

/** The operations of the domain on one store. */
export type Services = {
  readonly registrations: Registrations
  readonly handoff: Handoff
  readonly progressOf: ProgressOf
  readonly notify: Notify
  readonly dataOfRegistration: DataOfRegistration
  readonly markReady: MarkReady
  readonly erase: Erase
  readonly resend: Resend
  /** A registration in the seller's format; null for an unknown reference. */
  readonly findForSeller: (reference: string) => Promise<NotificationData | null>
}

export type ServicesSettings = {
  readonly newId: () => string
  readonly newReference: () => string
  /** Creates the messages for an event. */
  readonly messagesFor: MessagesFor
  /** Creates the webhook body for an event. */
  readonly webhookBody: (notification: Notification) => string
  /** Product keys by product code. */
  readonly products: Pick<Products, 'find'>
  /** True if notifications of a registration include its subscription. */
  readonly withSubscriptions: boolean
  /** Called when mails to a buyer are withheld because of the daily limits. */
  readonly onWithheld: (withheld: WithheldMails) => void
}

export function createServices({ transaction, attempt, query, scrub }: Store, settings: ServicesSettings): Services {
  const { newId, newReference, messagesFor, webhookBody, products, withSubscriptions, onWithheld } = settings
  const notify = createNotify({ messagesFor, newId })
  const dataOfRegistration = createDataOfRegistration(products, withSubscriptions)
  return {
    registrations: createRegistrations({
      transaction,
      attempt,
      query,
      newId,
      newReference,
      notify,
      dataOfRegistration,
      onWithheld,
    }),
    handoff: createHandoff({ transaction, newCode, dataOfRegistration }),
    progressOf: createProgressOf(query),
    notify,
    dataOfRegistration,
    findForSeller: (reference) =>
      query(async (rows) => {
        const registration = await rows.registrations.findByReference(reference)
        return registration === null ? null : dataOfRegistration(rows, registration)
      }),
    erase: createErase({ transaction, notify, webhookBody, scrub }),
    resend: createResend({ transaction, messagesFor, newId, onWithheld }),
    markReady: createMarkReady({ transaction, notify, messagesFor, dataOfRegistration, newId, onWithheld }),
  }
}

function newCode(): string {
  return randomBytes(32).toString('base64url')
}
