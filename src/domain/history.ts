import { contactFields } from './contact.ts'
import {
  isWhole,
  type Notification,
  type NotificationType,
  type PreviousContact,
  type RegistrationData,
} from './notification.ts'

type Value = string | boolean | null
export type Change = { readonly field: string; readonly from: Value; readonly to: Value }

/** An event of a history, with the time as ISO 8601 in UTC. */
export type HistoryEntry = {
  readonly id: string
  readonly type: NotificationType
  readonly occurredAt: string
  readonly actor: string
  /** The contact details and answers that changed. The field of an answer is `fields.NAME`. */
  readonly changes: readonly Change[]
}

export function historyEntry({
  id,
  type,
  occurredAt,
  actor,
  data: { registration, previous },
}: Notification): HistoryEntry {
  // Other events have no changes: they repeat the details of the registration, or are about the subscription.
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
