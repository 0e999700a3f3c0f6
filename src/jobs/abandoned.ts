import { lockedRegistration } from '../domain/locked-registration.ts'
import type { Notify } from '../domain/notify.ts'
import type { Transaction } from '../domain/unit-of-work.ts'
import type { DataOfRegistration } from '../domain/registration-notification.ts'
import type { Job } from './runner.ts'

type AbandonedDeps = {
  readonly transaction: Transaction
  readonly notify: Notify
  readonly dataOfRegistration: DataOfRegistration
  readonly now: () => Date
}

const hourMs = 60 * 60_000
const abandonedAfterMs = 24 * hourMs
/** Older registrations were already notified. */
const windowMs = 7 * 24 * hourMs

/** Writes one notification for each buyer who did not register within 24 hours of landing. */
export function abandonedJob({ transaction, notify, dataOfRegistration, now }: AbandonedDeps): Job {
  return {
    name: 'abandoned',
    pauseMs: 60_000,
    run: async (signal) => {
      const before = new Date(now().getTime() - abandonedAfterMs)
      const after = new Date(before.getTime() - windowMs)
      const ids = await transaction((unit) => unit.events.findAbandoned({ after, before }))
      for (const id of ids) if (!signal.aborted) await notifyAbandoned(id)
    },
  }

  function notifyAbandoned(id: string): Promise<void> {
    return transaction(async (unit) => {
      const registration = await lockedRegistration(unit, id)
      const isNotified = (await unit.events.of(id)).some(({ type }) => type === 'registration.abandoned')
      if (registration?.status !== 'landed' || isNotified) return
      const data = await dataOfRegistration(unit, registration)
      await notify(unit, { type: 'registration.abandoned', at: now(), registrationId: id, actor: 'system', data })
    })
  }
}
