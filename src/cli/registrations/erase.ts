import { randomUUID } from 'node:crypto'
import { givenIn } from '../../config/environment.ts'
import { webhookMessage } from '../../delivery/webhook.ts'
import { createErase } from '../../domain/erase.ts'
import type { Notification } from '../../domain/notification.ts'
import { createNotify } from '../../domain/notify.ts'
import type { Io } from '../command.ts'
import { databaseOf, writing } from '../database.ts'
import { UsageError } from '../usage-error.ts'

/** Erases the contact details of a registration everywhere and prints the result. */
export async function eraseContact({ env, stdout, now }: Io, reference: string): Promise<void> {
  const webhookBody = (notification: Notification) => webhookMessage(notification).body
  // Only DATABASE_URL is required. The webhook is notified if it is configured.
  const hasWebhook = 'WEBHOOK_URL' in givenIn(env)
  const messagesFor = (notification: Notification) => (hasWebhook ? [webhookMessage(notification)] : [])
  const notify = createNotify({ messagesFor, newId: randomUUID })
  const erased = await writing({ database: databaseOf(env), now }, ({ store }) => {
    const { transaction, scrub } = store
    return createErase({ transaction, notify, webhookBody, scrub })({ reference, actor: 'cli', at: now() })
  })
  if (erased === null) throw new UsageError(`No registration has the reference ${reference}: nothing was erased.`)
  const { events, rewritten, ended, sessions } = erased
  stdout.write(
    `Erased the contact details of ${reference} in the registration, in ${counted(events, 'event')} and in ` +
      `${counted(rewritten, 'webhook message')} not delivered yet; canceled ${counted(ended, 'mail')} not delivered yet; ended ${counted(sessions, 'session')}.\n` +
      'The row stays, with its AWS account and license. A message that is being sent at this moment may still arrive. ' +
      'Backups, and systems that were notified before, still have the details.\n',
  )
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}
