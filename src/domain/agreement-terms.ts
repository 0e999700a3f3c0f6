import type { Answer } from './agreement.ts'
import type { AwsEventFacts } from './aws-event.ts'

/** The start and end of an agreement. */
type AgreementTerms = {
  /** The most recent known start. */
  readonly startsAt: Date | null
  /** The most recent known end; null if there is none or it is not known. */
  readonly endsAt: Date | null
  /** True once a start has passed, even if an amendment moves it later. */
  readonly hasStarted: boolean
  /** True if the end that applied at this time had passed by then and was not extended since. */
  readonly hadEndedAt: (at: Date) => boolean
}

type Statement = { readonly at: Date; readonly date: Date }

const yearWithoutEnd = 9999

/** The start and end from the events, in order of their time, and from AWS's response. The newest value wins. */
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

/** Events have times in whole seconds, responses do not. */
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000)
}
