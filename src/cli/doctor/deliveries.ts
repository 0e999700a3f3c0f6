import { createBacklog } from '../../store/backlog.ts'
import { openReadOnly } from '../../store/open.ts'
import { ok, skipped, warning, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

const deadlineMs = 5_000
/** Three attempts have failed by this time. */
const longWaitMinutes = 30

/** Counts the notifications that are pending or dead. */
export async function checkDeliveries({ config, database }: Pick<Setup, 'config' | 'database'>): Promise<Finding> {
  const { status } = await database
  if (status !== 'ok' && status !== 'warning') return skipped('not checked: needs the database')
  const opened = await openReadOnly(config.database, deadlineMs)
  try {
    const backlog = createBacklog(opened, (work) => work())
    const pending = await backlog.pending()
    const dead = await backlog.dead()
    const minutes = Math.round((await backlog.oldestPendingSeconds()) / 60)
    const oldest = pending === 0 ? '' : `, the oldest for ${String(minutes)} min`
    const found = `${String(pending)} pending${oldest}; ${String(dead)} dead`
    if (dead > 0) return warning(found, deadFix)
    return minutes < longWaitMinutes ? ok(found) : warning(found, pendingFix)
  } catch {
    return skipped('not checked: the database did not answer')
  } finally {
    await opened.db.destroy()
  }
}

const deadFix =
  'See why with npm run deliveries -- --failed, fix the cause, and send them with npm run deliveries -- --retry all.'
const pendingFix = 'See why with npm run deliveries -- --pending. They are sent again automatically.'
