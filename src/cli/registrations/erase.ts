import type { DatabaseUrl } from '../../config/database-url.ts'
import { webhookMessage } from '../../delivery/webhook.ts'
import { erase } from '../../domain/erase.ts'
import { writing } from '../database.ts'
import { UsageError } from '../usage-error.ts'

/** Removes the contact details of a registration everywhere, and says what it did. */
export async function eraseContact(database: DatabaseUrl, reference: string): Promise<void> {
  const webhookBody = (notification: Parameters<typeof webhookMessage>[0]) => webhookMessage(notification).body
  const erased = await writing(
    database,
    () => [],
    ({ store }) => store.transaction((unit) => erase(unit, { reference, at: new Date(), webhookBody })),
  )
  if (erased === null) throw new UsageError(`No registration has the reference ${reference}: nothing was erased.`)
  const { events, rewritten, ended } = erased
  process.stdout.write(
    `Erased the contact details of ${reference}: in the registration, in ${counted(events, 'event')}, ` +
      `in ${counted(rewritten, 'webhook message')} not delivered yet; ${counted(ended, 'mail')} not delivered yet ended.\n` +
      'The row stays, with its AWS account and license. What is being sent at this moment may still arrive. Backups, and ' +
      'whoever was told before, still have the details.\n',
  )
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}
