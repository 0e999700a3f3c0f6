import type { Customer } from '../domain/customer.ts'
import { tokenMemoryMs } from '../domain/land.ts'
import type { NewLanding, Registrations, Visit, VisitOf } from '../domain/ports.ts'
import type { Registration } from '../domain/registration.ts'
import type { Engine, Run } from './engine.ts'
import { WriteConflict, type Guard } from './guard.ts'
import { recognize } from '../domain/identity.ts'
import { newRegistration, registrationOf, registrationQueries, type Given } from './registration-queries.ts'
import type { OpenVisit } from './sessions.ts'

export type RegistrationsSettings = {
  readonly newId: () => string
  readonly newReference: () => string
  /** Stores the visit along with the registration it is for. */
  readonly openVisit: OpenVisit
}

export function createRegistrations(
  { builder, run, transaction, atOnce, lock }: Engine,
  guard: Guard,
  { newId, newReference, openVisit }: RegistrationsSettings,
): Registrations {
  const queries = registrationQueries(builder)

  /** Most buyers were never here: for them nothing has to be asked first. Null when this one may have been. */
  async function admit(landing: NewLanding, visitOf: VisitOf): Promise<Registration | null> {
    const { tokenHash, customer, claims, at } = landing
    const given = { ...customer, ...claims, id: newId(), reference: newReference(), at }
    const registration = newRegistration(given)
    const visit = visitOf(registration)
    const { affected } = await atOnce(async (on) => {
      const [, inserted] = await Promise.all([
        hold(on, customer),
        queries.admit(on, { ...given, tokenHash }),
        ...alongside(on, landing, { registration, visit }),
      ])
      return inserted
    })
    return affected === 0 ? null : registration
  }

  async function record(on: Run, landing: NewLanding, visitOf: VisitOf): Promise<Registration> {
    const { tokenHash, customer, claims, at } = landing
    const [, row] = await Promise.all([hold(on, customer), known(on, tokenHash, customer, at)])
    const registration = await write(on, row, { ...customer, ...claims, id: row?.id ?? newId(), at })
    if (!registration) throw new WriteConflict()
    await Promise.all(alongside(on, landing, { registration, visit: visitOf(registration) }))
    return registration
  }

  /** AWS may name the license in one answer and not in another that arrives at the same moment: one row all the same. */
  function hold(on: Run, { productCode, awsAccountId }: Customer): Promise<unknown> {
    return lock ? on(lock(`${productCode} ${awsAccountId}`)) : Promise.resolve()
  }

  function alongside(on: Run, { tokenHash, at }: NewLanding, { registration, visit }: Landed): Promise<unknown>[] {
    const remembered = queries.remember(on, { tokenHash, registrationId: registration.id, at })
    return visit === null ? [remembered] : [remembered, openVisit(on, visit, registration.id)]
  }

  async function known(on: Run, tokenHash: string, customer: Customer, at: Date): Promise<Registration | null> {
    const since = new Date(at.getTime() - tokenMemoryMs)
    const { rows } = await queries.candidates(on, { ...customer, tokenHash, since })
    const candidates = rows.map((row) => ({ ...registrationOf(row), byToken: row.by_token === 1 }))
    return recognize(candidates, customer, at)
  }

  /** Null when another task wrote first. */
  function write(on: Run, row: Registration | null, given: Given): Promise<Registration | null> {
    if (!row) return one(queries.insert(on, { ...given, reference: newReference() }))
    if (!bringsNews(row, given)) return one(queries.touch(on, given))
    return one(queries.fill(on, { ...given, seenLicense: row.licenseArn ?? '' }))
  }

  return {
    recordLanding: (landing, given) => {
      const visitOf = given ?? noVisit
      return guard(
        async () => (await admit(landing, visitOf)) ?? (await transaction((on) => record(on, landing, visitOf))),
      )
    },
    landAgain: (tokenHash, since, at) => guard(() => one(queries.landAgain(run, { tokenHash, since, at }))),
    complete: (id, { contact, language, at }) =>
      guard(() => one(queries.complete(run, { ...contact, id, language, at }))),
    find: (id) => guard(() => one(queries.find(run, { id }))),
  }
}

type Landed = { readonly registration: Registration; readonly visit: Visit | null }

const noVisit: VisitOf = () => null

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
