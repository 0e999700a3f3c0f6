import type { DatabaseUrl } from '../../config/database-url.ts'
import type { MessagesFor } from '../../domain/delivery.ts'
import type { Database } from '../../store/database.ts'
import { listDeliveries, retryDeliveries, type ListedDelivery } from '../../store/delivery-list.ts'
import { databaseOf, reading, requireCurrent, writing } from '../database.ts'
import { run, say } from '../run.ts'
import { UsageError } from '../usage-error.ts'
import { configuredMessages } from './configured.ts'
import { asJson, asTable } from './formats.ts'
import { help, parseOptions, type Action, type Options } from './options.ts'
import { resend, test, type Write } from './write.ts'

type Environment = Readonly<Record<string, string | undefined>>

const tableLimit = 100
const everything = 1_000_000

async function main(args: readonly string[], env: Environment): Promise<void> {
  const options = parseOptions(args)
  if (options.help) process.stdout.write(help)
  else print(await perform(options.action, env, options.json ? everything : tableLimit), options)
}

function perform(action: Action, env: Environment, limit: number): Promise<readonly ListedDelivery[]> {
  const database = databaseOf(env)
  switch (action.do) {
    case 'list':
      return list(database, action.state, limit)
    case 'retry':
      return retry(database, action.id, limit)
    case 'resend': {
      const messagesFor = configuredMessages(env)
      return write(database, messagesFor, resend(action.reference, messagesFor))
    }
    case 'test': {
      const messagesFor = configuredMessages(env)
      return write(database, messagesFor, test(messagesFor))
    }
  }
}

async function list(database: DatabaseUrl, state: 'pending' | 'dead' | null, limit: number) {
  await requireCurrent(database)
  return reading(database, (db) => listDeliveries(db, { state, ids: null, limit: limit + 1 }))
}

function retry(database: DatabaseUrl, id: string, limit: number): Promise<readonly ListedDelivery[]> {
  return writing(
    database,
    () => [],
    async ({ opened }) => {
      const ids = new Set(await retryDeliveries(opened, id))
      if (id !== 'all' && ids.size === 0) throw new UsageError(await whyNot(opened, id))
      say(`${String(ids.size)} due now: the running app sends them.`)
      // Several thousand ids do not fit into one statement.
      const waiting = await listDeliveries(opened.db, { state: 'pending', ids: null, limit: everything })
      return waiting.filter((delivery) => ids.has(delivery.id)).slice(0, limit + 1)
    },
  )
}

async function whyNot({ db }: Database, id: string): Promise<string> {
  const [delivery] = await listDeliveries(db, { state: null, ids: [id], limit: 1 })
  if (delivery === undefined) return `No delivery has the id ${id}.`
  if (delivery.state === 'sent')
    return `${id} was delivered. To tell it again: --resend ${delivery.reference ?? 'REFERENCE'}`
  return `${id} is being sent at this moment: look again in a minute.`
}

function write(database: DatabaseUrl, messagesFor: MessagesFor, work: Write): Promise<readonly ListedDelivery[]> {
  return writing(database, messagesFor, async ({ opened, store }) => {
    const ids = await store.transaction(work)
    if (ids instanceof UsageError) throw ids
    if (ids.length === 0)
      throw new UsageError(
        'Nothing was written: no receiver that is configured is told of this. A test goes to WEBHOOK_URL and NOTIFY_EMAIL.',
      )
    say(`${String(ids.length)} written: the running app sends them.`)
    return listDeliveries(opened.db, { state: null, ids, limit: everything })
  })
}

function print(found: readonly ListedDelivery[], { json }: Options): void {
  const shown = json ? found : found.slice(0, tableLimit)
  if (json) process.stdout.write(asJson(shown))
  else if (shown.length === 0) say('No delivery is like that.')
  else process.stdout.write(asTable(shown))
  if (found.length > shown.length) say(`The newest ${String(shown.length)}; there are more: --json`)
}

run(main(process.argv.slice(2), process.env))
