import { settings } from '../../config/config.ts'
import { AppError } from '../../errors.ts'
import { openReadOnly } from '../../store/database.ts'
import { searchRegistrations } from '../../store/search.ts'
import { databaseState } from '../../store/state.ts'
import type { DatabaseUrl } from '../../config/database-url.ts'
import { asCsv, asJson, asTable } from './formats.ts'
import { help, parseOptions, UsageError, type Options } from './options.ts'

const deadlineMs = 30_000
const formats = { table: asTable, json: asJson, csv: asCsv }

async function main(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const options = parseOptions(args, new Date())
  if (options.help) {
    process.stdout.write(help)
    return
  }
  const database = databaseOf(env['DATABASE_URL'])
  const { state } = await databaseState(database, deadlineMs)
  if (state === 'new')
    throw new UsageError('The database of DATABASE_URL has no registrations yet: start the app once.')
  await list(database, options)
}

async function list(database: DatabaseUrl, { format, search }: Options): Promise<void> {
  const { db } = await openReadOnly(database, deadlineMs)
  try {
    const rows = await searchRegistrations(db, { ...search, limit: search.limit + 1 })
    const found = rows.slice(0, search.limit)
    if (rows.length === 0 && format === 'table') say(nobody(search.reference))
    else process.stdout.write(formats[format](found))
    if (rows.length > found.length) say(`The newest ${String(found.length)}; there are more: --limit N`)
  } finally {
    await db.destroy()
  }
}

function nobody(reference: string | null): string {
  if (reference === null) return 'No registration is like that.'
  return `No registration has the reference ${reference}. A failure page's reference is in the log alone: docs/operations.md, "One buyer".`
}

/** Only this variable is needed, so that support can read without the rest of the configuration. */
function databaseOf(url: string | undefined): DatabaseUrl {
  const { success, data, error } = settings.pick({ DATABASE_URL: true }).safeParse(url ? { DATABASE_URL: url } : {})
  if (success) return data.DATABASE_URL
  throw new UsageError(`DATABASE_URL ${error.issues.map(({ message }) => message).join('; ')}`)
}

/** To the terminal, not into the data. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

// `registrations | head` closes the pipe early. That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

main(process.argv.slice(2), process.env).catch((error: unknown) => {
  if (error instanceof UsageError) say(error.message)
  else if (error instanceof AppError)
    say(error.details.hint ?? `The database does not answer: ${String(error.details.cause)}`)
  else say(String(error))
  process.exitCode = error instanceof UsageError ? 2 : 1
})
