import type { Database } from '../../store/database.ts'
import type { ListedAgreement } from '../../domain/console-lists.ts'
import { hasSubscriptions } from '../../store/follow-up.ts'
import { listUnregistered } from '../../store/unregistered.ts'
import { remark, type Io } from '../command.ts'
import { databaseOf, reading, requireCurrent } from '../database.ts'
import { table } from '../table.ts'
import { visible, visibleJson } from '../../domain/visible.ts'
import type { Options } from './options.ts'

const everything = { productCodes: null, term: null }

/** Prints the active agreements without a registration. */
export async function showUnregistered(io: Io, { format, search }: Options): Promise<void> {
  const database = databaseOf(io.env)
  await requireCurrent(database)
  await reading(database, async (db) => {
    const agreements = await listUnregistered(db, everything, { after: null, limit: search.limit + 1 })
    const found = agreements.slice(0, search.limit)
    if (found.length === 0 && !(await remarkIfNothingIsFollowed(io, db)) && format === 'table')
      remark(io, 'Every buyer with an active agreement has landed.')
    if (format === 'json') io.stdout.write(visibleJson(found.map(shown)))
    else if (found.length > 0) io.stdout.write(asTable(found))
    if (agreements.length > found.length)
      remark(io, `These are the newest ${String(found.length)}; for more, use --limit N.`)
  })
}

/** Explains an empty list if subscriptions are not followed. */
export async function remarkIfNothingIsFollowed(io: Io, db: Database['db']): Promise<boolean> {
  if (await hasSubscriptions(db)) return false
  remark(
    io,
    'No subscription is known yet. To follow subscriptions, set EVENTS_QUEUE_URL or PRODUCT_IDS (docs/subscriptions.md).',
  )
  return true
}

function shown({ agreementId, awsAccountId, licenseArn, productId }: ListedAgreement) {
  return { agreementId, awsAccountId, licenseArn, productId }
}

function asTable(agreements: readonly ListedAgreement[]): string {
  const cell = (text: string | null) => (text === null ? '–' : visible(text))
  return table([
    ['AGREEMENT', 'AWS ACCOUNT', 'LICENSE', 'PRODUCT'],
    ...agreements.map(({ agreementId, awsAccountId, licenseArn, productId }) => [
      cell(agreementId),
      cell(awsAccountId),
      cell(licenseArn?.split(':').at(-1) ?? null),
      cell(productId),
    ]),
  ])
}
