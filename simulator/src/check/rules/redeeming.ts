import type { Landed } from '../buyer.ts'
import { ending, reached } from '../evidence.ts'
import { fail, judgeVisits, pass, type Rule, skip } from './rule.ts'

const soonMs = 2_000

/** How the token is redeemed. */
export const redeeming: readonly Rule[] = [
  {
    id: 'redeemed-at-once',
    what: 'The token is redeemed as soon as it comes.',
    why: 'A token expires, after an hour or four by AWS’s own documents; a buyer who is slow with a form then loses the link.',
    remedy:
      'Call ResolveCustomer while the POST is handled, before any page is shown, and keep the answer in a session on the server.',
    judge: ({ arrival: { asked, visit, form }, others }) => {
      if (asked === 'with the form')
        return fail(
          `AWS was asked only after the page’s form was sent (which ended with ${form === null ? 'nothing' : ending(form)}).`,
        )
      if (asked !== 'at once') return skip('Not seen: AWS was not asked about the buyer.')
      const visits = others === null ? [visit] : [visit, others.again, others.of('new-buyer'), others.of('free-trial')]
      const soonest = Math.min(...visits.map(delayMs))
      const saw = `AWS was asked ${String(Math.round(soonest))} ms after the POST.`
      return soonest <= soonMs ? pass(saw) : fail(saw)
    },
  },
  {
    id: 'redeemed-once',
    what: 'One visit asks AWS once.',
    why: 'ResolveCustomer is throttled, and may answer ExpiredTokenException to a token that was resubmitted.',
    remedy: 'Keep the first answer in the session; do not call again for the page, the form or a health check.',
    judge: judgeVisits(successes, (others) => {
      const most = Math.max(...successes(others).map(({ calls }) => calls.length))
      return most <= 1
        ? pass('It does.')
        : fail(`AWS was asked ${String(most)} times about one token that it answered.`)
    }),
  },
  {
    id: 'double-click',
    what: 'A double click works: the same token twice.',
    why: 'The browser drops the first answer and sends the same form again; AWS may answer ExpiredTokenException to a resubmitted token.',
    remedy: 'Remember for some minutes, by the token’s hash, whom it stood for, and let the same token in again.',
    judge: judgeVisits(
      ({ doubleClick }) => [doubleClick],
      (others, evidence) => {
        const saw = `The second click ended with ${ending(others.doubleClick)}.`
        return reached(others.doubleClick, evidence, others) ? pass(saw) : fail(saw)
      },
    ),
  },
  {
    id: 'repeat-visit',
    what: 'A buyer can come back with a new token for the same license.',
    why: 'AWS asks for pages that accept incomplete registrations and several attempts; each click gives a new token.',
    remedy: 'Find the registration by its license and go on with it, instead of refusing or duplicating it.',
    judge: judgeVisits(
      ({ again }) => [again],
      (others, evidence) => {
        const saw = `The second visit ended with ${ending(others.again)}.`
        return reached(others.again, evidence, others) ? pass(saw) : fail(saw)
      },
    ),
  },
]

function successes({
  again,
  of,
}: {
  again: Landed
  of: (name: 'second-license' | 'free-trial') => Landed
}): readonly Landed[] {
  return [again, of('second-license'), of('free-trial')]
}

function delayMs({ calls, sentAt }: Landed): number {
  return Math.max(0, (calls[0]?.at ?? Infinity) - sentAt)
}
