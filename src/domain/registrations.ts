import { isDeepStrictEqual } from 'node:util'
import type { Completed, Changed } from './events.ts'
import { findExisting } from './identity.ts'
import { tokenMemoryMs } from './land.ts'
import type { Completion, NewLanding, Registrations, Transaction, UnitOfWork } from './ports.ts'
import type { Registration } from './registration.ts'

export type RegistrationsDeps = {
  readonly transaction: Transaction
  /** Runs the statements of a unit of work each by itself: for one that only reads, or only writes one row. */
  readonly query: Transaction
  /** A UUID. */
  readonly newId: () => string
  readonly newReference: () => string
}

/** The operations on registrations: each is one unit of work. */
export function createRegistrations({ transaction, query, newId, newReference }: RegistrationsDeps): Registrations {
  return {
    recordLanding: (landing) => transaction((unit) => recordLanding(unit, landing)),
    landAgain: (tokenHash, since, at) => query((unit) => landAgain(unit, tokenHash, { since, at })),
    complete: (id, completion) => transaction((unit) => complete(unit, id, completion)),
    find: (id) => query((unit) => unit.registrations.find(id)),
  }

  async function recordLanding(unit: UnitOfWork, landing: NewLanding): Promise<Registration> {
    const { tokenHash, customer, at } = landing
    const since = new Date(at.getTime() - tokenMemoryMs)
    // Started together, PostgreSQL gets them in one message and does them in order.
    const [, candidates] = await Promise.all([
      // AWS may name the license in one answer and not in another that arrives at the same moment: one row all the same.
      unit.lock(`${customer.productCode} ${customer.awsAccountId}`),
      unit.registrations.findCandidates(customer, tokenHash, since),
    ])
    const found = findExisting(candidates, customer, at)
    const existing = found === null ? null : await unit.registrations.find(found.id)
    const registration = await (existing === null ? insert(unit, landing) : update(unit, existing, landing))
    await Promise.all([unit.tokens.insert(tokenHash, registration.id, at), unit.redemptions.removeAll(tokenHash)])
    return registration
  }

  async function insert({ registrations }: UnitOfWork, { customer, claims, at }: NewLanding): Promise<Registration> {
    const registration: Registration = {
      ...customer,
      ...claims,
      id: newId(),
      reference: newReference(),
      status: 'landed',
      contact: null,
      language: null,
      landedAt: at,
      lastLandedAt: at,
      registeredAt: null,
      updatedAt: at,
    }
    await registrations.insert(registration)
    return registration
  }
}

/** Fills what was not known; what is known stays. */
async function update(
  { registrations }: UnitOfWork,
  existing: Registration,
  landing: NewLanding,
): Promise<Registration> {
  const { customer, claims, at } = landing
  const filled = {
    licenseArn: existing.licenseArn ?? customer.licenseArn,
    customerIdentifier: existing.customerIdentifier ?? customer.customerIdentifier,
    offerType: existing.offerType ?? claims.offerType,
    claimedAgreementId: existing.claimedAgreementId ?? claims.claimedAgreementId,
    claimedProductId: existing.claimedProductId ?? claims.claimedProductId,
  }
  const current = { ...existing, ...filled, lastLandedAt: at }
  if (isDeepStrictEqual({ ...existing, lastLandedAt: at }, current)) {
    await registrations.updateLastLanded(existing.id, at)
    return current
  }
  const registration = { ...current, updatedAt: at }
  await registrations.updatePurchase(registration)
  return registration
}

async function landAgain(
  { registrations }: UnitOfWork,
  tokenHash: string,
  { since, at }: { readonly since: Date; readonly at: Date },
): Promise<Registration | null> {
  const found = await registrations.findByToken(tokenHash, since)
  if (found === null) return null
  await registrations.updateLastLanded(found.id, at)
  return { ...found, lastLandedAt: at }
}

async function complete(
  { lock, registrations }: UnitOfWork,
  id: string,
  { contact, language, at }: Completion,
): Promise<Completed | Changed | null> {
  await lock(`registration ${id}`)
  const before = await registrations.find(id)
  if (before === null) return null
  const registration: Registration = {
    ...before,
    status: 'registered',
    contact,
    language,
    registeredAt: before.registeredAt ?? at,
    updatedAt: at,
  }
  await registrations.updateContact(registration)
  if (before.contact === null) return { type: 'registration.completed', registration }
  return { type: 'registration.changed', registration, previous: before.contact }
}
