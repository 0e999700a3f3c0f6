import { randomUUID } from 'node:crypto'
import { createNotify } from '../../domain/notify.ts'
import { createMarkReady, type Marked } from '../../domain/ready.ts'
import { createDataOfRegistration } from '../../domain/registration-notification.ts'
import type { Io } from '../command.ts'
import { configOf, messagesOf } from '../configured.ts'
import { databaseOf, writing } from '../database.ts'
import { UsageError } from '../usage-error.ts'
import type { ReadyOptions } from './options.ts'

/** Marks access as ready and prints the result. */
export async function markAsReady({ env, stdout, now }: Io, options: ReadyOptions): Promise<void> {
  const config = configOf(env)
  const messagesFor = messagesOf(config)
  const marked = await writing({ database: databaseOf(env), now }, ({ store: { transaction } }) =>
    createMarkReady({
      transaction,
      messagesFor,
      notify: createNotify({ messagesFor, newId: randomUUID }),
      dataOfRegistration: createDataOfRegistration(config.products, config.subscriptions !== null),
      newId: randomUUID,
      // The command prints it.
      onWithheld: () => undefined,
    })({ ...options, actor: 'cli', at: now() }),
  )
  stdout.write(`${said(marked, options.reference)}\n`)
}

function said(marked: Marked, reference: string): string {
  if (marked.outcome === 'not-found') throw new UsageError(`No registration has the reference ${reference}.`)
  if (marked.outcome === 'not-registered')
    throw new UsageError(`The buyer of ${reference} has not registered yet: there is no address for a mail.`)
  const what = marked.outcome === 'marked' ? 'is marked as ready' : 'was ready before; its link and message are stored'
  return `Access of ${reference} ${what}. ${mails[marked.mail]}`
}

const mails = {
  queued: 'The running app sends the buyer a mail.',
  withheld: 'No mail is sent: the daily limit of mails to this buyer is reached.',
  none: 'No mail is sent.',
}
