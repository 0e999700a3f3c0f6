import { isWhole, type Notification } from '../../domain/notification.ts'
import { contactFields, type ContactField } from '../../domain/contact.ts'
import { eventRows } from '../../store/events.ts'
import { searchRegistrations } from '../../store/search.ts'
import type { Io } from '../command.ts'
import { databaseOf, reading } from '../database.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { visible, visibleJson } from '../visible.ts'

type Change = { readonly field: ContactField; readonly from: string | null; readonly to: string | null }
type Entry = {
  readonly id: string
  readonly type: string
  readonly occurredAt: string
  /** The contact details that differ from those before. */
  readonly changes: readonly Change[]
}

/** Prints the events of one registration, in order, with what changed. */
export function showHistory({ env, stdout }: Io, reference: string, format: string): Promise<void> {
  return reading(databaseOf(env), async (db) => {
    const [registration] = await searchRegistrations(db, {
      ...{ status: null, awsAccountId: null, license: null, since: null, state: null },
      reference,
      limit: 1,
    })
    if (registration?.id === undefined || registration.id === null)
      throw new UsageError(`No registration has the reference ${reference}.`)
    const entries = (await eventRows(db).of(registration.id)).map(entryOf)
    stdout.write(format === 'json' ? visibleJson(entries) : textOf(registration.landed_at ?? '', entries))
  })
}

function entryOf({ id, type, occurredAt, data: { registration, previous } }: Notification): Entry {
  // Other events are about the subscription.
  const fields = type.startsWith('registration.') ? contactFields : []
  const changes = fields.flatMap((field) => {
    const from = previous?.[field] ?? null
    const to = isWhole(registration) ? registration[field] : null
    return from === to ? [] : [{ field, from, to }]
  })
  return { id, type, occurredAt: occurredAt.toISOString(), changes }
}

function textOf(landedAt: string, entries: readonly Entry[]): string {
  const rows = entries.map(({ type, occurredAt, changes }) => [
    minute(occurredAt),
    type,
    changes.map(phrase).join('; '),
  ])
  return table([['WHEN (UTC)', 'WHAT', 'CONTACT DETAILS'], [minute(landedAt), 'first landing', ''], ...rows])
}

function phrase({ field, from, to }: Change): string {
  const [before, after] = [from, to].map((value) => (value === null ? '–' : visible(value)))
  return from === null ? `${field}: ${String(after)}` : `${field}: ${String(before)} → ${String(after)}`
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}
