import { historyEntry, type Change, type HistoryEntry } from '../../domain/history.ts'
import { eventRows } from '../../store/events.ts'
import { everything, searchRegistrations } from '../../store/search.ts'
import type { Io } from '../command.ts'
import { databaseOf, reading } from '../database.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { visible, visibleJson } from '../../domain/visible.ts'

/** Prints the events of one registration in order, with actor and changes. */
export function showHistory({ env, stdout }: Io, reference: string, format: string): Promise<void> {
  return reading(databaseOf(env), async (db) => {
    const [registration] = await searchRegistrations(db, { ...everything, reference, limit: 1 })
    if (registration === undefined) throw new UsageError(`No registration has the reference ${reference}.`)
    const entries = (await eventRows(db).of(registration.id)).map(historyEntry)
    const landedAt = registration.landedAt.toISOString()
    stdout.write(format === 'json' ? visibleJson(entries) : textOf(landedAt, entries))
  })
}

function textOf(landedAt: string, entries: readonly HistoryEntry[]): string {
  const rows = entries.map(({ type, occurredAt, actor, changes }) => [
    minute(occurredAt),
    type,
    visible(actor),
    changes.map(phrase).join('; '),
  ])
  return table([['WHEN (UTC)', 'WHAT', 'WHO', 'DETAILS'], [minute(landedAt), 'first landing', 'buyer', ''], ...rows])
}

function phrase({ field, from, to }: Change): string {
  const [before, after] = [from, to].map((value) => (value === null ? '–' : visible(String(value))))
  return from === null ? `${field}: ${String(after)}` : `${field}: ${String(before)} → ${String(after)}`
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}
