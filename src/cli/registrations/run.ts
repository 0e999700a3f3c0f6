import { registrationData } from '../../domain/notification.ts'
import { searchRegistrations } from '../../store/search.ts'
import { createCommand, remark, type Io } from '../command.ts'
import { findProduct, productByKey } from '../configured.ts'
import { databaseOf, reading, requireCurrent } from '../database.ts'
import { eraseContact } from './erase.ts'
import { formats } from './formats.ts'
import { showHistory } from './history.ts'
import { help, parseOptions, type Options } from './options.ts'
import { markAsReady } from './ready.ts'
import { remarkIfNothingIsFollowed, showUnregistered } from './unregistered.ts'

/** `npm run registrations`. */
export const runRegistrations = createCommand(async (args, io) => {
  const options = parseOptions(args, io.now())
  if (options.help) io.stdout.write(help)
  else if (options.history !== null) await showHistory(io, options.history, options.format)
  else if (options.ready !== null) await markAsReady(io, options.ready)
  else if (options.erase !== null) await eraseContact(io, options.erase)
  else if (options.unregistered) await showUnregistered(io, options)
  else await list(io, options)
  return 0
})

async function list(io: Io, { format, search, product }: Options): Promise<void> {
  const database = databaseOf(io.env)
  const codes = product === null ? null : productByKey(io.env, product).listings.map(({ productCode }) => productCode)
  if (search.state !== null || search.access !== null) await requireCurrent(database)
  const products = findProduct(io.env)
  await reading(database, async (db) => {
    const rows = await searchRegistrations(db, { ...search, productCodes: codes, limit: search.limit + 1 })
    const found = rows.slice(0, search.limit)
    if (search.state !== null && rows.length === 0) await remarkIfNothingIsFollowed(io, db)
    if (rows.length === 0 && format === 'table') remark(io, nothingFound(search.reference))
    else io.stdout.write(formats[format](found.map((row) => registrationData(row, products))))
    if (rows.length > found.length)
      remark(
        io,
        `These are the ${search.access === null ? 'newest' : 'first'} ${String(found.length)}; for more, use --limit N.`,
      )
  })
}

function nothingFound(reference: string | null): string {
  if (reference === null) return 'No registration matches.'
  return (
    `No registration has the reference ${reference}. The reference on a failure page is only in the log: see ` +
    'docs/reference.md, "One buyer".'
  )
}
