import { webhookMessage } from '../../delivery/webhook.ts'
import { erase } from '../../domain/erase.ts'
import type { Io } from '../command.ts'
import { databaseOf, writing } from '../database.ts'
import { UsageError } from '../usage-error.ts'

/** Removes the contact details of a registration everywhere, and prints what it did. */
export async function eraseContact({ env, stdout, now }: Io, reference: string): Promise<void> {
  const webhookBody = (notification: Parameters<typeof webhookMessage>[0]) => webhookMessage(notification).body
  const erased = await writing({ database: databaseOf(env), now }, ({ store }) =>
    store.transaction((unit) => erase(unit, { reference, at: now(), webhookBody })),
  )
  if (erased === null) throw new UsageError(`No registration has the reference ${reference}: nothing was erased.`)
  const { events, rewritten, ended } = erased
  stdout.write(
    `Erased the contact details of ${reference} in the registration, in ${counted(events, 'event')} and in ` +
      `${counted(rewritten, 'webhook message')} not delivered yet; canceled ${counted(ended, 'mail')} not delivered yet.\n` +
      'The row stays, with its AWS account and license. A message that is being sent at this moment may still arrive. ' +
      'Backups, and systems that were notified before, still have the details.\n',
  )
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}
