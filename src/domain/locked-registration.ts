import type { Registration } from './registration.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Locks a registration until the transaction ends and reads it. Personal data that will be stored or sent is read under this lock,
 * so that erasing is final. Null if there is no such registration.
 */
export async function lockedRegistration(unit: UnitOfWork, id: string): Promise<Registration | null> {
  await unit.lock(`registration ${id}`)
  return unit.registrations.find(id)
}

/** The same, by reference. */
export async function lockedByReference(unit: UnitOfWork, reference: string): Promise<Registration | null> {
  const found = await unit.registrations.findByReference(reference)
  return found === null ? null : lockedRegistration(unit, found.id)
}
