import type { DatabaseUrl } from '../../config/database-url.ts'
import { createBacklog } from '../../store/backlog.ts'
import { openReadOnly } from '../../store/open.ts'
import { ok, skipped, warning, type Check } from './check.ts'

const name = 'deliveries'
const deadlineMs = 5_000
/** Three attempts have failed by then. */
const longWaitSeconds = 30 * 60

/** How many messages wait or are dead. */
export async function checkDeliveries(database: DatabaseUrl, checked: Check): Promise<Check> {
  if (checked.status !== 'ok' && checked.status !== 'warning') return skipped(name, 'needs the database')
  const opened = await openReadOnly(database, deadlineMs)
  try {
    const backlog = createBacklog(opened)
    const pending = await backlog.pending()
    const dead = await backlog.dead()
    const minutes = Math.round((await backlog.oldestPendingSeconds()) / 60)
    const found = `${String(pending)} waiting${pending === 0 ? '' : `, the oldest for ${String(minutes)} min`}; ${String(dead)} dead`
    if (dead > 0)
      return warning(
        name,
        found,
        'See why: npm run deliveries -- --failed. Mend it, then: npm run deliveries -- --retry all',
      )
    if (minutes * 60 < longWaitSeconds) return ok(name, found)
    return warning(name, found, 'See why: npm run deliveries -- --pending. They are tried again by themselves.')
  } catch {
    return skipped(name, 'the database did not answer')
  } finally {
    await opened.db.destroy()
  }
}
