import type { AwsEventKind } from './aws-event-kind.ts'
import type { AwsEventFacts } from './aws-event.ts'

/** The order of events with the same time. */
const order: readonly AwsEventKind[] = [
  ...(['created', 'amended', 'license-updated', 'advisory-issued', 'advisory-resolved'] as const),
  ...(['notice', 'ended', 'license-deprovisioned', 'other'] as const),
]

/** Each event once, by AWS's own time, which has whole seconds. */
export function inOrder(events: readonly AwsEventFacts[]): readonly AwsEventFacts[] {
  // Not by their ids: AWS's published examples share one.
  const once = new Map(events.map((event) => [JSON.stringify(event), event]))
  const rank = ({ kind }: AwsEventFacts) => order.indexOf(kind)
  return [...once]
    .sort(
      ([oneText, one], [otherText, other]) =>
        one.time.getTime() - other.time.getTime() || rank(one) - rank(other) || (oneText < otherText ? -1 : 1),
    )
    .map(([, event]) => event)
}
