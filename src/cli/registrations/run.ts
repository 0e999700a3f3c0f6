import { searchRegistrations } from '../../store/search.ts'
import { createCommand, remark, type Io } from '../command.ts'
import { databaseOf, reading, requireCurrent } from '../database.ts'
import { eraseContact } from './erase.ts'
import { asCsv, asJson, asTable } from './formats.ts'
import { showHistory } from './history.ts'
import { help, parseOptions, type Options } from './options.ts'
import { remarkIfNothingIsFollowed, showUnregistered } from './unregistered.ts'

const formats = { table: asTable, json: asJson, csv: asCsv }

/** `npm run registrations`. */
export const runRegistrations = createCommand(async (args, io) => {
  const options = parseOptions(args, io.now())
  if (options.help) io.stdout.write(help)
  else if (options.history !== null) await showHistory(io, options.history, options.format)
  else if (options.erase !== null) await eraseContact(io, options.erase)
  else if (options.unregistered) await showUnregistered(io, options)
  else await list(io, options)
  return 0
})

async function list(io: Io, { format, search }: Options): Promise<void> {
  const database = databaseOf(io.env)
  if (search.state !== null) await requireCurrent(database)
  await reading(database, async (db) => {
    const rows = await searchRegistrations(db, { ...search, limit: search.limit + 1 })
    const found = rows.slice(0, search.limit)
    if (search.state !== null && rows.length === 0) await remarkIfNothingIsFollowed(io, db)
    if (rows.length === 0 && format === 'table') remark(io, nothingFound(search.reference))
    else io.stdout.write(formats[format](found))
    if (rows.length > found.length) remark(io, `These are the newest ${String(found.length)}; for more, use --limit N.`)
  })
}

function nothingFound(reference: string | null): string {
  if (reference === null) return 'No registration matches.'
  return (
    `No registration has the reference ${reference}. The reference on a failure page is only in the log: see ` +
    'docs/reference.md, "One buyer".'
  )
}
