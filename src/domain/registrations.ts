import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../errors.ts'
import type { Notify, WithheldMails } from './notify.ts'
import type { Submitted } from './events.ts'
import { findExisting, type Candidate } from './identity.ts'
import type { SentContact } from './contact.ts'
import type { Answers } from './own-field.ts'
import { lockedRegistration } from './locked-registration.ts'
import type { Claims, Customer } from './customer.ts'
import type { Registration } from './registration.ts'
import type { DataOfRegistration } from './registration-notification.ts'
import type { Query, Rows, Transaction, UnitOfWork } from './unit-of-work.ts'

/** For this time a resolved token leads to its registration even if AWS reports it as expired. */
export const tokenMemoryMs = 15 * 60_000

export type NewLanding = {
  /** SHA-256 of the token, 64 hex digits. The token itself is never stored. */
  readonly tokenHash: string
  readonly customer: Customer
  readonly claims: Claims
  readonly at: Date
}

type Completion = {
  /** The id of the session that submitted the form; absent without a session. */
  readonly sessionId?: string
  readonly contact: SentContact
  /** The answers to all own fields of the form; absent if it has none. Stored answers to other fields are kept. */
  readonly answers?: Answers
  /** The labels that the buyer saw, for the same fields. */
  readonly labels?: Readonly<Record<string, string>>
  /** The language of the submitted page, as a BCP 47 tag. */
  readonly language: string
  readonly at: Date
}

/**
 * The operations on registrations. Every method rejects with an `AppError`: `store-unavailable` if the database does not respond
 * in time, cannot be reached or cannot write; `internal` for anything else.
 */
export type Registrations = {
  /** Finds or creates the registration of this license and stores the token's hash. Never clears a field. */
  readonly recordLanding: (landing: NewLanding) => Promise<Registration>
  /** The registration that this token was resolved to since `since`; null if there is none. Counts as a landing at `at`. */
  readonly landAgain: (tokenHash: string, since: Date, at: Date) => Promise<Registration | null>
  /**
   * Stores the contact details and sets the status `registered`. Null if there is no such registration, or if the session has
   * ended before the details could be stored.
   */
  readonly complete: (id: string, completion: Completion) => Promise<Submitted | null>
  readonly find: (id: string) => Promise<Registration | null>
}

type Completed = { readonly submitted: Submitted; readonly withheld: WithheldMails | null }

type RegistrationsDeps = {
  readonly transaction: Transaction
  /**
   * Runs reads and then one write. The write fails with a write conflict if the rows have changed since the reads, and everything
   * is repeated. Needs no lock and no transaction, except on SQLite, which has one writer.
   */
  readonly attempt: Query
  readonly query: Query
  /** A UUID. */
  readonly newId: () => string
  readonly newReference: () => string
  readonly notify: Notify
  readonly dataOfRegistration: DataOfRegistration
  /** Called after the commit with the number of mails that were withheld because of the daily limits. */
  readonly onWithheld: (withheld: WithheldMails) => void
}

export function createRegistrations(deps: RegistrationsDeps): Registrations {
  const { transaction, attempt, query, newId, newReference, notify, dataOfRegistration, onWithheld } = deps
  return {
    recordLanding: (landing) => attempt((rows) => recordLanding(rows, landing), 'recordLanding'),
    landAgain: (tokenHash, since, at) => query((rows) => landAgain(rows, tokenHash, { since, at }), 'landAgain'),
    complete: async (id, completion) => {
      const completed = await transaction((unit) => complete(unit, id, completion), 'complete')
      if (completed === null) return null
      if (completed.withheld !== null) onWithheld(completed.withheld)
      return completed.submitted
    },
    find: (id) => query((rows) => rows.registrations.find(id), 'find'),
  }

  /**
   * Reads, decides and writes without a lock. If another landing of the account changed the rows in between (for example, AWS
   * returned the license in one of two concurrent responses), the write fails and all of this is repeated.
   */
  async function recordLanding({ registrations, handoffCodes }: Rows, landing: NewLanding): Promise<Registration> {
    const { tokenHash, customer, at } = landing
    const candidates = await registrations.findCandidates(customer, tokenHash, new Date(at.getTime() - tokenMemoryMs))
    const existing = findExisting(candidates, customer, at)
    if (existing === null) {
      const registration = firstLanding(landing)
      await registrations.insert(registration, landing, candidates)
      return registration
    }
    const registration = nextLanding(existing, landing)
    await registrations.updatePurchase(registration, existing, landing)
    await handoffCodes.endOfRegistration(registration.id)
    return registration
  }

  function firstLanding({ customer, claims, at }: NewLanding): Registration {
    return {
      ...customer,
      ...claims,
      id: newId(),
      reference: newReference(),
      status: 'landed',
      contact: null,
      fields: {},
      fieldLabels: {},
      language: null,
      landedAt: at,
      lastLandedAt: at,
      registeredAt: null,
      readyAt: null,
      readyBy: null,
      readyUrl: null,
      readyMessage: null,
      updatedAt: at,
    }
  }

  async function complete(unit: UnitOfWork, id: string, completion: Completion): Promise<Completed | null> {
    const { sessionId, contact: sent, answers = {}, labels = {}, language, at } = completion
    const before = await lockedRegistration(unit, id)
    if (before === null) return null
    // Erasing ends the sessions under the same lock: a form that was on its way must not bring contact details back.
    if (sessionId !== undefined && !(await unit.sessions.isOpen(hash('sha256', sessionId)))) return null
    const contact = { phone: before.contact?.phone ?? null, ...sent }
    const fields = { ...before.fields, ...answers }
    if (isDeepStrictEqual([before.contact, before.fields], [contact, fields]))
      return { submitted: { type: 'registration.unchanged', registration: before }, withheld: null }
    await rejectTooManyChanges(unit, id, at)
    const registration: Registration = {
      ...before,
      status: 'registered',
      contact,
      fields,
      fieldLabels: { ...before.fieldLabels, ...labels },
      language,
      registeredAt: before.registeredAt ?? at,
      updatedAt: at,
    }
    await unit.registrations.updateContact(registration)
    const event = { at, registrationId: id, actor: 'buyer', data: await dataOfRegistration(unit, registration) }
    if (before.status === 'landed') {
      await notify(unit, { ...event, type: 'registration.completed' })
      return { submitted: { type: 'registration.completed', registration }, withheld: null }
    }
    const previous = before.contact === null ? null : { ...before.contact, fields: before.fields }
    const data = { ...event.data, previous }
    const { id: eventId, withheld } = await notify(unit, { ...event, type: 'registration.changed', data })
    return {
      submitted: { type: 'registration.changed', registration, previous: before.contact },
      withheld: withheld === 0 ? null : { eventId, registrationId: id, mails: withheld },
    }
  }
}

const dayMs = 24 * 60 * 60_000
/** Limited, because each change sends mail to the seller and, for a new address, to both addresses. */
const mostChangesADay = 10

/** Throws `too-many-requests` if the limit is reached. Requires the lock on the registration. */
async function rejectTooManyChanges({ events }: UnitOfWork, id: string, at: Date): Promise<void> {
  const changes = (await events.of(id)).filter(
    ({ type, occurredAt }) => type === 'registration.changed' && occurredAt.getTime() > at.getTime() - dayMs,
  )
  const oldest = changes.at(-mostChangesADay)
  if (oldest === undefined) return
  const retryAfterSeconds = Math.ceil((oldest.occurredAt.getTime() + dayMs - at.getTime()) / 1000)
  throw new AppError('too-many-requests', { retryAfterSeconds, facts: { registrationId: id, changes: changes.length } })
}

/** Fills values that are not known and keeps the others. */
function nextLanding(
  { byToken: _, hadToken: __, ...existing }: Candidate,
  { customer, claims, at }: NewLanding,
): Registration {
  const known = { ...existing, lastLandedAt: at }
  const filled = {
    ...known,
    licenseArn: existing.licenseArn ?? customer.licenseArn,
    customerIdentifier: existing.customerIdentifier ?? customer.customerIdentifier,
    offerType: existing.offerType ?? claims.offerType,
    claimedAgreementId: existing.claimedAgreementId ?? claims.claimedAgreementId,
    claimedProductId: existing.claimedProductId ?? claims.claimedProductId,
  }
  return isDeepStrictEqual(filled, known) ? known : { ...filled, updatedAt: at }
}

async function landAgain(
  { registrations, handoffCodes }: Rows,
  tokenHash: string,
  { since, at }: { readonly since: Date; readonly at: Date },
): Promise<Registration | null> {
  const found = await registrations.findByToken(tokenHash, since)
  if (found === null) return null
  await registrations.updateLastLanded(found.id, at)
  await handoffCodes.endOfRegistration(found.id)
  return { ...found, lastLandedAt: at }
}
