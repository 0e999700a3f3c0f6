import type { Customer } from '../domain/customer.ts'
import { tokenMemoryMs } from '../domain/landing.ts'
import type { NewLanding, Registrations } from '../domain/ports.ts'
import type { Registration } from '../domain/registration.ts'
import type { Engine, Run } from './engine.ts'
import { Overtaken, type Guard } from './guard.ts'
import { recognise } from './identity.ts'
import { registrationOf, registrationQueries, type Given } from './registration-queries.ts'

export type RegistrationsSettings = {
  readonly newId: () => string
  readonly newReference: () => string
}

export function createRegistrations(
  { builder, run, transaction }: Engine,
  guard: Guard,
  { newId, newReference }: RegistrationsSettings,
): Registrations {
  const queries = registrationQueries(builder)

  async function record(on: Run, { tokenHash, customer, claims, at }: NewLanding): Promise<Registration> {
    const row = await known(on, tokenHash, customer, at)
    const id = row?.id ?? newId()
    const writing = write(on, row, { ...customer, ...claims, id, at })
    // Not waited for one after the other: together they are one round trip.
    const [written, remembered] = await Promise.allSettled([
      writing,
      queries.remember(on, { tokenHash, registrationId: id, at }),
    ])
    if (written.status === 'rejected') throw written.reason
    if (!written.value) throw new Overtaken()
    if (remembered.status === 'rejected') throw remembered.reason
    return written.value
  }

  async function known(on: Run, tokenHash: string, customer: Customer, at: Date): Promise<Registration | null> {
    const since = new Date(at.getTime() - tokenMemoryMs)
    const { rows } = await queries.candidates(on, { ...customer, tokenHash, since })
    const candidates = rows.map((row) => ({ ...registrationOf(row), byToken: row.by_token === 1 }))
    return recognise(candidates, customer, at)
  }

  /** Null when another task wrote first. */
  function write(on: Run, row: Registration | null, given: Given): Promise<Registration | null> {
    if (!row) return one(queries.insert(on, { ...given, reference: newReference() }))
    if (!bringsNews(row, given)) return one(queries.touch(on, given))
    return one(queries.fill(on, { ...given, seenLicense: row.licenseArn ?? '' }))
  }

  return {
    recordLanding: (landing) => guard(() => transaction((on) => record(on, landing))),
    landAgain: (tokenHash, since, at) => guard(() => one(queries.landAgain(run, { tokenHash, since, at }))),
    complete: (id, { contact, language, at }) =>
      guard(() => one(queries.complete(run, { ...contact, id, language, at }))),
    find: (id) => guard(() => one(queries.find(run, { id }))),
  }
}

const fillable = ['licenseArn', 'customerIdentifier', 'offerType', 'claimedAgreementId', 'claimedProductId'] as const

function bringsNews(row: Registration, given: Given): boolean {
  return fillable.some((field) => row[field] === null && given[field] !== null)
}

async function one(
  result: Promise<{ readonly rows: readonly Parameters<typeof registrationOf>[0][] }>,
): Promise<Registration | null> {
  const [row] = (await result).rows
  return row ? registrationOf(row) : null
}
