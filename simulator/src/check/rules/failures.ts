import { ending, isOk, type Others, reached, told } from '../evidence.ts'
import { expiredCredentials, type FailureSeen, failuresSeen } from '../failures-seen.ts'
import { decodeEntities, wordsOf } from '../page-text.ts'
import { holdsToken } from '../token-spellings.ts'
import { fail, judgeVisits, pass, type Rule, skip } from './rule.ts'

const allFailures = (others: Others) => failuresSeen(others).map(({ visit }) => visit)

/** Each failure told as what it is. */
export const failures: readonly Rule[] = [
  {
    id: 'failures-refused',
    what: 'A landing that failed is not answered as a success.',
    why: 'Monitors, load balancers and purchasing programs read the status: 200 hides an outage from everybody.',
    remedy: 'Answer with 4xx where the link is at fault, with 5xx where AWS or your set-up is.',
    judge: judgeVisits(allFailures, (others) => {
      const credentials = expiredCredentials.map((name) => ({ name, visit: others.of(name) }))
      const ok = [...failuresSeen(others), ...credentials].filter(({ visit }) => isOk(visit))
      return ok.length === 0
        ? pass('None was.')
        : fail(ok.map(({ name, visit }) => `${name}: ${ending(visit)}`).join(', '))
    }),
  },
  {
    id: 'failures-told-apart',
    what: 'An expired link, an outage and a fault in the set-up are told apart.',
    why:
      'ResolveCustomer has an exception for each. After an expired link the buyer needs a new one, after an outage a second try, and ' +
      'with an API that is disabled or denied only the seller can help.',
    remedy: 'Map each exception to a page of its own that says what the buyer can do.',
    judge: judgeVisits(allFailures, (others) => {
      const alike = toldAlike(failuresSeen(others))
      return alike.length === 0 ? pass('They are.') : fail(`The same page for ${alike.join(', and for ')}.`)
    }),
  },
  {
    id: 'expired-credentials',
    what: 'The seller’s own expired credentials are not told as an expired link.',
    why:
      'AWS answers ExpiredTokenException to both. An expired credential has a __type of com.amazon.coral, the status 403, or a message ' +
      'about the security token included in the request.',
    remedy: 'Look at these three signs before you tell the buyer that the link expired.',
    judge: judgeVisits(
      ({ of }) => expiredCredentials.map(of),
      (others) => {
        const expired = told(others.of('expired'))
        if (toldAlike(failuresSeen(others)).length > 0)
          return skip('Not seen: other failures look alike too.', 'Tell failures apart first.')
        const taken = expiredCredentials.filter((name) => told(others.of(name)) === expired)
        return taken.length === 0
          ? pass('They are not.')
          : fail(`The same page for expired and for ${taken.join(', ')}.`)
      },
    ),
  },
  {
    id: 'passing-failures',
    what: 'A throttled or failed call is retried, or told as “try again”.',
    why: 'ThrottlingException and InternalServiceErrorException pass; the buyer’s token is still good.',
    remedy:
      'Let the SDK retry (its default is three attempts), and answer 503 with a button that posts the same token again.',
    judge: judgeVisits(
      ({ of }) => passing.map(of),
      (others, evidence) => {
        const ends = passing.map((name) => ({ name, visit: others.of(name) }))
        const lost = ends.filter(({ visit }) => !reached(visit, evidence, others) && !asksToTryAgain(visit))
        const list = (lost.length === 0 ? ends : lost).map(({ name, visit }) => `${name}: ${ending(visit)}`).join(', ')
        return lost.length === 0 ? pass(list) : fail(list)
      },
    ),
  },
  {
    id: 'answers-when-aws-hangs',
    what: 'A buyer gets an answer when AWS gives none.',
    why: 'The AWS SDK for JavaScript and some others wait without limit by default, and a load balancer gives up after 60 s.',
    remedy: 'Set a time limit for the call, retries included, well below that of your load balancer.',
    judge: judgeVisits(
      ({ of }) => [of('hanging')],
      ({ of }) => {
        const { end, tookMs } = of('hanging')
        return end === null
          ? fail(`${ending(of('hanging'))}.`)
          : pass(`${ending(of('hanging'))} after ${(tookMs / 1000).toFixed(1)} s.`)
      },
    ),
  },
  {
    id: 'cause-hidden',
    what: 'No page shows what AWS said: exceptions, ARNs, stack traces.',
    why: 'AWS’s messages name your account and role, which helps an attacker and no buyer.',
    remedy: 'Log the cause with a reference, and show only the reference.',
    judge: judgeVisits(allFailures, (others) => {
      const shown = others.scenarios.flatMap((name) => {
        const { end } = others.of(name)
        const cause = end === null || end.status < 400 ? null : causePattern.exec(decodeEntities(end.text))
        return cause === null ? [] : [`${name}: ${cause[0].trim().slice(0, 60)}`]
      })
      return shown.length === 0 ? pass('None does.') : fail(shown.slice(0, 5).join(', '))
    }),
  },
]

const passing = ['throttled-twice', 'internal-error-once', 'slow'] as const

const causePattern =
  /\b[A-Z]\w*Exception\b|\barn:aws[\w-]*:\S+|\bcom\.amazon\S+|security token included in the request|not authorized to perform|Deserialization error|\n\s+at \S.*:\d+:\d+|Traceback \(most recent call last\)|socket hang up|\bE(?:CONN|PIPE)[A-Z]*\b/

function asksToTryAgain({ end, token }: { end: Others['again']['end']; token: string }): boolean {
  if (end === null) return false
  const isRetryable = [429, 502, 503, 504].includes(end.status) || end.headers['retry-after'] !== undefined
  return isRetryable || holdsToken(end.text, token) || /try again|retry|again later/i.test(wordsOf(end.text))
}

/** Failures that need different things of the buyer and got one and the same page. */
function toldAlike(seen: readonly FailureSeen[]): readonly string[] {
  const pages = new Map<string, FailureSeen[]>()
  for (const failure of seen) {
    const page = told(failure.visit)
    if (page !== null && !isOk(failure.visit)) pages.set(page, [...(pages.get(page) ?? []), failure])
  }
  return [...pages.values()]
    .filter((alike) => new Set(alike.map(({ nextStep }) => nextStep)).size > 1)
    .map((alike) => alike.map(({ name }) => name).join(' = '))
}
