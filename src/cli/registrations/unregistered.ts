import type { DatabaseUrl } from '../../config/database-url.ts'
import type { Database } from '../../store/database.ts'
import { hasSubscriptions, listUnregistered, type UnregisteredAgreement } from '../../store/follow-up.ts'
import { reading, requireCurrent } from '../database.ts'
import { say } from '../run.ts'
import { table } from '../table.ts'
import { visible, visibleJson } from '../visible.ts'
import type { Options } from './options.ts'

/** Prints the agreements that are paid for, and whose buyer never landed. */
export async function showUnregistered(database: DatabaseUrl, { format, search }: Options): Promise<void> {
  await requireCurrent(database)
  await reading(database, async (db) => {
    const agreements = await listUnregistered(db, search.limit + 1)
    const found = agreements.slice(0, search.limit)
    if (found.length === 0 && !(await sayIfNothingIsFollowed(db)) && format === 'table')
      say('Everybody with an active agreement has landed.')
    if (format === 'json') process.stdout.write(visibleJson(found))
    else if (found.length > 0) process.stdout.write(asTable(found))
    if (agreements.length > found.length) say(`The newest ${String(found.length)}; there are more: --limit N`)
  })
}

/** An empty list would else pass for good news. */
export async function sayIfNothingIsFollowed(db: Database['db']): Promise<boolean> {
  if (await hasSubscriptions(db)) return false
  say('No subscription is known here. They are followed with EVENTS_QUEUE_URL or PRODUCT_IDS: README.md, "Set it up".')
  return true
}

function asTable(agreements: readonly UnregisteredAgreement[]): string {
  const cell = (text: string | null) => (text === null ? '–' : visible(text))
  return table([
    ['AGREEMENT', 'AWS ACCOUNT', 'LICENSE', 'PRODUCT'],
    ...agreements.map(({ agreementId, awsAccountId, licenseArn, productId }) => [
      ...[cell(agreementId), cell(awsAccountId)],
      ...[cell(licenseArn?.split(':').at(-1) ?? null), cell(productId)],
    ]),
  ])
}
