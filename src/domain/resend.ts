import { lockedByReference } from './locked-registration.ts'
import type { WriteDeliveries } from './notify.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Writes new deliveries for the last event of a registration, under the event's own id, so that a receiver can recognize it.
 * Returns their ids; null when no registration has this reference.
 */
export async function resend(
  unit: UnitOfWork,
  reference: string,
  writeDeliveries: WriteDeliveries,
): Promise<readonly string[] | 'no-event' | null> {
  const registration = await lockedByReference(unit, reference)
  if (registration === null) return null
  const last = (await unit.events.of(registration.id)).at(-1)
  return last === undefined ? 'no-event' : (await writeDeliveries(unit, last)).ids
}
