import type { AwsEventKind } from './aws-event-kind.ts'
import type { AwsEventFacts } from './aws-event.ts'

/** The order of kinds with the same time. */
const order: readonly AwsEventKind[] = [
  'created',
  'amended',
  'license-updated',
  'advisory-issued',
  'advisory-resolved',
  'notice',
  'ended',
  'license-deprovisioned',
  'other',
]

/** Sorts events by AWS's time, which has whole seconds, and removes duplicates. */
export function inOrder(events: readonly AwsEventFacts[]): readonly AwsEventFacts[] {
  // Does not compare ids, because AWS's published examples share one.
  const once = new Map(events.map((event) => [JSON.stringify(event), event]))
  const rank = ({ kind }: AwsEventFacts) => order.indexOf(kind)
  return [...once]
    .sort(
      ([oneText, one], [otherText, other]) =>
        one.time.getTime() - other.time.getTime() || rank(one) - rank(other) || (oneText < otherText ? -1 : 1),
    )
    .map(([, event]) => event)
}
