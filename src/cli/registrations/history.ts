import { isWhole, type Notification, type PreviousContact, type RegistrationData } from '../../domain/notification.ts'
import { contactFields } from '../../domain/contact.ts'
import { eventRows } from '../../store/events.ts'
import { everything, searchRegistrations } from '../../store/search.ts'
import type { Io } from '../command.ts'
import { databaseOf, reading } from '../database.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { visible, visibleJson } from '../../domain/visible.ts'

type Value = string | boolean | null
type Change = { readonly field: string; readonly from: Value; readonly to: Value }
type Entry = {
  readonly id: string
  readonly type: string
  readonly occurredAt: string
  readonly actor: string
  /** The contact details and the answers that differ from those before. An answer's field is `fields.NAME`. */
  readonly changes: readonly Change[]
}

/** Prints the events of one registration, in order, with who acted and what changed. */
export function showHistory({ env, stdout }: Io, reference: string, format: string): Promise<void> {
  return reading(databaseOf(env), async (db) => {
    const [registration] = await searchRegistrations(db, { ...everything, reference, limit: 1 })
    if (registration === undefined) throw new UsageError(`No registration has the reference ${reference}.`)
    const entries = (await eventRows(db).of(registration.id)).map(entryOf)
    const landedAt = registration.landedAt.toISOString()
    stdout.write(format === 'json' ? visibleJson(entries) : textOf(landedAt, entries))
  })
}

function entryOf({ id, type, occurredAt, actor, data: { registration, previous } }: Notification): Entry {
  // Of the other events, those about the registration repeat its details, and those about the subscription have none.
  const hasDetails = type === 'registration.completed' || type === 'registration.changed'
  const [from, to] = hasDetails && isWhole(registration) ? [detailsOf(previous), detailsOf(registration)] : [{}, {}]
  const changes = [...new Set([...Object.keys(to), ...Object.keys(from)])].flatMap((field) => {
    const change = { field, from: from[field] ?? null, to: to[field] ?? null }
    return change.from === change.to ? [] : [change]
  })
  return { id, type, occurredAt: occurredAt.toISOString(), actor, changes }
}

function detailsOf(of: RegistrationData | PreviousContact | null | undefined): Readonly<Record<string, Value>> {
  if (of === null || of === undefined) return {}
  const answers = Object.entries(of.fields).map(([name, value]) => [`fields.${name}`, value] as const)
  return Object.fromEntries([...contactFields.map((field) => [field, of[field]] as const), ...answers])
}

function textOf(landedAt: string, entries: readonly Entry[]): string {
  const rows = entries.map(({ type, occurredAt, actor, changes }) => [
    ...[minute(occurredAt), type, visible(actor)],
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
