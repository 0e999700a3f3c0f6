import type { MessagesFor } from '../../domain/delivery.ts'
import type { Database } from '../../store/database.ts'
import { listDeliveries, retryDeliveries, type ListedDelivery } from '../../store/delivery-list.ts'
import { createCommand, remark, type Io } from '../command.ts'
import { configOf, messagesOf } from '../configured.ts'
import { databaseOf, reading, requireCurrent, writing } from '../database.ts'
import { UsageError } from '../usage-error.ts'
import { asJson, asTable } from './formats.ts'
import { help, parseOptions, type Action, type Options } from './options.ts'
import { resendLast, test, type Write } from './write.ts'

const tableLimit = 100
const everything = 1_000_000

/** `npm run deliveries`. */
export const runDeliveries = createCommand(async (args, io) => {
  const options = parseOptions(args)
  if (options.help) io.stdout.write(help)
  else print(await perform(options.action, io, options.json ? everything : tableLimit), options, io)
  return 0
})

function perform(action: Action, io: Io, limit: number): Promise<readonly ListedDelivery[]> {
  switch (action.do) {
    case 'list':
      return list(io, action.state, limit)
    case 'retry':
      return retry(io, action.id, limit)
    case 'resend':
      return write(io, (messagesFor) => resendLast(action.reference, messagesFor))
    case 'test':
      return write(io, (messagesFor) => test(messagesFor, io.now))
  }
}

async function list({ env }: Io, state: 'pending' | 'dead' | null, limit: number) {
  const database = databaseOf(env)
  await requireCurrent(database)
  return reading(database, (db) => listDeliveries(db, { state, ids: null, limit: limit + 1 }))
}

function retry(io: Io, id: string, limit: number): Promise<readonly ListedDelivery[]> {
  return writing({ ...io, database: databaseOf(io.env) }, async ({ opened }) => {
    const ids = new Set(await retryDeliveries(opened, id))
    if (id !== 'all' && ids.size === 0) throw new UsageError(await whyNot(opened, id))
    remark(io, `${String(ids.size)} due now; the running app sends them.`)
    // A statement cannot contain several thousand ids.
    const pending = await listDeliveries(opened.db, { state: 'pending', ids: null, limit: everything })
    return pending.filter((delivery) => ids.has(delivery.id)).slice(0, limit + 1)
  })
}

async function whyNot({ db }: Database, id: string): Promise<string> {
  const [delivery] = await listDeliveries(db, { state: null, ids: [id], limit: 1 })
  if (delivery === undefined) return `No delivery has the id ${id}.`
  if (delivery.state === 'sent')
    return `${id} was delivered. To send it again: --resend ${delivery.reference ?? 'REFERENCE'}`
  return `${id} is being sent at this moment: look again in a minute.`
}

function write(io: Io, writeFor: (messagesFor: MessagesFor) => Write) {
  const database = databaseOf(io.env)
  const config = configOf(io.env)
  if (config.webhook === null && config.mail === null)
    throw new UsageError(
      'No receiver is configured: set WEBHOOK_URL and WEBHOOK_SECRET, or MAIL_URL and MAIL_FROM, to the values of the app.',
    )
  return writing({ ...io, database }, async ({ opened, store }) => {
    const ids = await writeFor(messagesOf(config))(store.transaction)
    if (ids instanceof UsageError) throw ids
    if (ids.length === 0)
      throw new UsageError(
        'Nothing to send: no configured receiver gets this. A test goes to WEBHOOK_URL and to NOTIFY_EMAIL.',
      )
    remark(io, `${String(ids.length)} to be sent by the running app.`)
    return listDeliveries(opened.db, { state: null, ids, limit: everything })
  })
}

function print(found: readonly ListedDelivery[], { json }: Options, io: Io): void {
  const shown = json ? found : found.slice(0, tableLimit)
  if (json) io.stdout.write(asJson(shown))
  else if (shown.length === 0) remark(io, 'No delivery matches.')
  else io.stdout.write(asTable(shown))
  if (found.length > shown.length) remark(io, `These are the newest ${String(shown.length)}; for all, use --json.`)
}
