import type { Answer } from './agreement.ts'
import type { AwsEventFacts } from './aws-event.ts'

/** The start and end of an agreement. */
export type AgreementTerms = {
  /** As last stated. */
  readonly startsAt: Date | null
  /** As last stated; null where there is no end or none is known. */
  readonly endsAt: Date | null
  /** A start that has passed stays passed, whatever an amendment says later. */
  readonly hasStarted: boolean
  /** Whether the end that was in force at this time had passed by then, and was not moved behind it since. */
  readonly hadEndedAt: (at: Date) => boolean
}

type Statement = { readonly at: Date; readonly date: Date }

const yearWithoutEnd = 9999

/** What events, in the order of their time, and AWS's answer state about the start and the end: the newest statement counts. */
export function agreementTerms(events: readonly AwsEventFacts[], answer: Answer | null, now: Date): AgreementTerms {
  const statementsOf = (date: 'startsAt' | 'endsAt'): readonly Statement[] =>
    [
      ...events.map((event) => ({ at: event.time, date: event[date] })),
      ...(answer === null ? [] : [{ at: answer.at, date: answer.agreement[date] }]),
    ]
      .flatMap(({ at, date }) => (date === null ? [] : [{ at, date: wholeSeconds(date) }]))
      .sort((a, b) => a.at.getTime() - b.at.getTime())
  const starts = statementsOf('startsAt')
  const ends = statementsOf('endsAt')
  const endsAt = ends.at(-1)?.date ?? null

  return {
    startsAt: starts.at(-1)?.date ?? null,
    endsAt: endsAt?.getUTCFullYear() === yearWithoutEnd ? null : endsAt,
    hasStarted: starts.length === 0 || starts.some(({ date }, index) => date <= (starts[index + 1]?.at ?? now)),
    hadEndedAt: (at) => {
      const before = ends.findLast((end) => end.at < wholeSeconds(at)) ?? ends[0]
      return before !== undefined && endsAt !== null && before.date <= at && endsAt <= at
    },
  }
}

/** Events have whole seconds, answers have not. */
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000)
}
