import type { DatabaseUrl } from '../../config/database-url.ts'
import { searchRegistrations } from '../../store/search.ts'
import { databaseOf, reading, requireCurrent } from '../database.ts'
import { run, say } from '../run.ts'
import { eraseContact } from './erase.ts'
import { asCsv, asJson, asTable } from './formats.ts'
import { showHistory } from './history.ts'
import { help, parseOptions, type Options } from './options.ts'
import { sayIfNothingIsFollowed, showUnregistered } from './unregistered.ts'

const formats = { table: asTable, json: asJson, csv: asCsv }

type Environment = Readonly<Record<string, string | undefined>>

async function main(args: readonly string[], env: Environment): Promise<void> {
  const options = parseOptions(args, new Date())
  if (options.help) process.stdout.write(help)
  else if (options.history !== null) await showHistory(databaseOf(env), options.history, options.format)
  else if (options.erase !== null) await eraseContact(databaseOf(env), options.erase)
  else if (options.unregistered) await showUnregistered(databaseOf(env), options)
  else await list(databaseOf(env), options)
}

async function list(database: DatabaseUrl, { format, search }: Options): Promise<void> {
  if (search.state !== null) await requireCurrent(database)
  await reading(database, async (db) => {
    const rows = await searchRegistrations(db, { ...search, limit: search.limit + 1 })
    const found = rows.slice(0, search.limit)
    if (search.state !== null && rows.length === 0) await sayIfNothingIsFollowed(db)
    if (rows.length === 0 && format === 'table') say(nobody(search.reference))
    else process.stdout.write(formats[format](found))
    if (rows.length > found.length) say(`The newest ${String(found.length)}; there are more: --limit N`)
  })
}

function nobody(reference: string | null): string {
  if (reference === null) return 'No registration is like that.'
  return `No registration has the reference ${reference}. A failure page's reference is in the log alone: docs/operations.md, "One buyer".`
}

run(main(process.argv.slice(2), process.env))
