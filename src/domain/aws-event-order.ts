import type { AwsEventFacts } from './aws-event.ts'
import type { AwsEventKind } from './aws-event-kind.ts'

/** The order of events with the same time. */
const order: readonly AwsEventKind[] = [
  ...(['created', 'amended', 'license-updated', 'advisory-issued', 'advisory-resolved'] as const),
  ...(['notice', 'ended', 'license-deprovisioned', 'other'] as const),
]

/** Each event once, by AWS's own time, which has whole seconds. */
export function inOrder(events: readonly AwsEventFacts[]): readonly AwsEventFacts[] {
  const once = new Map(events.map((event) => [`${event.kind} ${event.id}`, event]))
  const rank = ({ kind }: AwsEventFacts) => order.indexOf(kind)
  return [...once.values()].sort(
    (a, b) => a.time.getTime() - b.time.getTime() || rank(a) - rank(b) || (a.id < b.id ? -1 : 1),
  )
}
