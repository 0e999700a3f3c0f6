import type { Landed } from '../buyer.ts'
import { endingOf, canRegister, type Others } from '../evidence.ts'
import { fail, judgeVisits, pass, type Rule, skip } from './rule.ts'

const soonMs = 2_000

/** How the token is redeemed. */
export const redeeming: readonly Rule[] = [
  {
    id: 'redeemed-at-once',
    what: 'The token is redeemed immediately.',
    why: 'A token expires after one hour or four, according to AWS. If a form comes first, a slow buyer’s link expires.',
    remedy:
      'Call ResolveCustomer while the POST is handled, before a page is shown, and keep the response in a session on the server.',
    judge: ({ arrival: { redeemed, visit, form }, others }) => {
      if (redeemed === 'with the form') {
        const ended = form === null ? 'nothing' : endingOf(form)
        return fail(`ResolveCustomer was called only after the page’s form was sent (which ended with ${ended}).`)
      }
      if (redeemed !== 'at once') return skip('Not seen: ResolveCustomer was not called for the buyer.')
      const visits = others === null ? [visit] : [visit, others.again, others.of('new-buyer'), others.of('free-trial')]
      const soonest = Math.min(...visits.map(delayMs))
      const saw = `ResolveCustomer was called ${String(Math.round(soonest))} ms after the POST.`
      return soonest <= soonMs ? pass(saw) : fail(saw)
    },
  },
  {
    id: 'redeemed-once',
    what: 'One visit calls ResolveCustomer once.',
    why: 'ResolveCustomer is throttled, and may return ExpiredTokenException for a token that was already used.',
    remedy: 'Keep the first response in the session. Do not call again for the page, the form or a health check.',
    judge: judgeVisits(successes, (others) => {
      const most = Math.max(...successes(others).map(({ calls }) => calls.length))
      return most <= 1 ? pass('It does.') : fail(`ResolveCustomer was called ${String(most)} times for one token.`)
    }),
  },
  {
    id: 'double-click',
    what: 'A double click, which sends the same token twice, works.',
    why: 'The browser discards the first response and sends the same form again. AWS may return ExpiredTokenException for the second call.',
    remedy:
      'Store the customer of a token for a few minutes, keyed by the token’s hash, and accept the same token again.',
    judge: judgeVisits(
      ({ doubleClick }) => [doubleClick],
      (others, evidence) => {
        const saw = `The second click ended with ${endingOf(others.doubleClick)}.`
        return canRegister(others.doubleClick, evidence, others) ? pass(saw) : fail(saw)
      },
    ),
  },
  {
    id: 'repeat-visit',
    what: 'A buyer can return with a new token for the same license.',
    why: 'AWS requires pages that accept incomplete registrations and several attempts. Each click gives a new token.',
    remedy: 'Find the registration by its license and continue with it. Do not reject or duplicate it.',
    judge: judgeVisits(
      ({ again }) => [again],
      (others, evidence) => {
        const saw = `The second visit ended with ${endingOf(others.again)}.`
        return canRegister(others.again, evidence, others) ? pass(saw) : fail(saw)
      },
    ),
  },
]

function successes({ again, of }: Others): readonly Landed[] {
  return [again, of('second-license'), of('free-trial')]
}

function delayMs({ calls, sentAt }: Landed): number {
  return Math.max(0, (calls[0]?.at ?? Infinity) - sentAt)
}
