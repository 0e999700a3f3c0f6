import { randomBytes } from 'node:crypto'
import type { MessagesFor } from '../domain/delivery.ts'
import type { Products } from '../domain/product.ts'
import { createHandoff, type Handoff } from '../domain/handoff.ts'
import { createNotify, type Notify } from '../domain/notify.ts'
import { createRegistrations, type Registrations } from '../domain/registrations.ts'
import { createTellRegistration, type TellRegistration } from '../domain/tell-registration.ts'
import type { Store } from '../store/store.ts'

/** The domain's operations on one store. */
export type Services = {
  readonly registrations: Registrations
  readonly handoff: Handoff
  readonly notify: Notify
  readonly tellRegistration: TellRegistration
}

export type ServicesSettings = {
  readonly newId: () => string
  readonly newReference: () => string
  /** The messages that an event sends. */
  readonly messagesFor: MessagesFor
  /** The keys of products. */
  readonly products: Pick<Products, 'find'>
  /** Whether a registration is notified with its subscription. */
  readonly withSubscriptions: boolean
}

export function createServices({ transaction, query }: Store, settings: ServicesSettings): Services {
  const { newId, newReference, messagesFor, products, withSubscriptions } = settings
  const notify = createNotify({ messagesFor, newId })
  const tellRegistration = createTellRegistration(products, withSubscriptions)
  return {
    registrations: createRegistrations({ transaction, query, newId, newReference, notify, tellRegistration }),
    handoff: createHandoff({ transaction, newCode, tellRegistration }),
    notify,
    tellRegistration,
  }
}

function newCode(): string {
  return randomBytes(32).toString('base64url')
}
