import { endingOf, isOk, canRegister, messageOf, type Others } from '../evidence.ts'
import { expiredCredentials, type FailureSeen, failuresSeen } from '../failures-seen.ts'
import { decodeEntities, wordsOf } from '../page-text.ts'
import { containsToken } from '../token-spellings.ts'
import { fail, judgeVisits, pass, type Rule, skip } from './rule.ts'

const allFailures = (others: Others) => failuresSeen(others).map(({ visit }) => visit)

/** Each failure has the right message. */
export const failures: readonly Rule[] = [
  {
    id: 'failures-refused',
    what: 'A failed landing does not return a success status.',
    why: 'Monitors, load balancers and purchasing programs read the status. A 200 hides an outage from all of them.',
    remedy: 'Answer 4xx when the link is wrong, and 5xx when AWS or your setup fails.',
    judge: judgeVisits(allFailures, (others) => {
      const credentials = expiredCredentials.map((name) => ({ name, visit: others.of(name) }))
      const ok = [...failuresSeen(others), ...credentials].filter(({ visit }) => isOk(visit))
      return ok.length === 0
        ? pass('None was.')
        : fail(ok.map(({ name, visit }) => `${name}: ${endingOf(visit)}`).join(', '))
    }),
  },
  {
    id: 'failures-distinct',
    what: 'An expired link, an outage and a configuration error have different pages.',
    why:
      'ResolveCustomer has an exception for each. After an expired link the buyer needs a new one, after an outage a retry, and ' +
      'if the API is disabled or denied, only the seller can help.',
    remedy: 'Show a page for each exception that says what the buyer can do.',
    judge: judgeVisits(allFailures, (others) => {
      const same = samePages(failuresSeen(others))
      return same.length === 0 ? pass('The pages differ.') : fail(`The same page for ${same.join(', and for ')}.`)
    }),
  },
  {
    id: 'expired-credentials',
    what: 'The seller’s expired credentials do not show the page of an expired link.',
    why:
      'AWS answers ExpiredTokenException in both cases. Expired credentials have a __type of com.amazon.coral, the status 403, or a ' +
      'message about the security token included in the request.',
    remedy: 'Check these three signs before you show that the link has expired.',
    judge: judgeVisits(
      ({ of }) => expiredCredentials.map(of),
      (others) => {
        if (samePages(failuresSeen(others)).length > 0)
          return skip('Not seen: other failures have the same page.', 'Give failures different pages first.')
        const expired = messageOf(others.of('expired'))
        const same = expiredCredentials.filter((name) => messageOf(others.of(name)) === expired)
        return same.length === 0
          ? pass('The pages differ.')
          : fail(`The same page for expired and for ${same.join(', ')}.`)
      },
    ),
  },
  {
    id: 'passing-failures',
    what: 'A throttled or failed call is retried, or the page offers a retry.',
    why: 'ThrottlingException and InternalServiceErrorException are temporary. The buyer’s token is still valid.',
    remedy:
      'Let the SDK retry (three attempts by default), and answer 503 with a button that posts the same token again.',
    judge: judgeVisits(
      ({ of }) => temporary.map(of),
      (others, evidence) => {
        const ends = temporary.map((name) => ({ name, visit: others.of(name) }))
        const lost = ends.filter(({ visit }) => !canRegister(visit, evidence, others) && !offersRetry(visit))
        const list = (lost.length === 0 ? ends : lost)
          .map(({ name, visit }) => `${name}: ${endingOf(visit)}`)
          .join(', ')
        return lost.length === 0 ? pass(list) : fail(list)
      },
    ),
  },
  {
    id: 'answers-when-aws-hangs',
    what: 'A buyer gets a response even if AWS does not respond.',
    why: 'The AWS SDK for JavaScript and some others have no time limit by default, and a load balancer gives up after 60 s.',
    remedy: 'Limit the time of the call, retries included, well below the limit of your load balancer.',
    judge: judgeVisits(
      ({ of }) => [of('hanging')],
      ({ of }) => {
        const { end, tookMs } = of('hanging')
        return end === null
          ? fail(`${endingOf(of('hanging'))}.`)
          : pass(`${endingOf(of('hanging'))} after ${(tookMs / 1000).toFixed(1)} s.`)
      },
    ),
  },
  {
    id: 'cause-hidden',
    what: 'No page shows AWS’s error: exceptions, ARNs, stack traces.',
    why: 'AWS’s messages name your account and role. That helps an attacker, not a buyer.',
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

const temporary = ['throttled-twice', 'internal-error-once', 'slow'] as const

const causePattern =
  /\b[A-Z]\w*Exception\b|\barn:aws[\w-]*:\S+|\bcom\.amazon\S+|security token included in the request|not authorized to perform|Deserialization error|\n\s+at \S.*:\d+:\d+|Traceback \(most recent call last\)|socket hang up|\bE(?:CONN|PIPE)[A-Z]*\b/

function offersRetry({ end, token }: Others['again']): boolean {
  if (end === null) return false
  const isTemporary = [429, 502, 503, 504].includes(end.status) || end.headers['retry-after'] !== undefined
  return isTemporary || containsToken(end.text, token) || /try again|retry|again later/i.test(wordsOf(end.text))
}

/** Failures that show the same page although the buyer's next step differs. */
function samePages(seen: readonly FailureSeen[]): readonly string[] {
  const pages = new Map<string, FailureSeen[]>()
  for (const failure of seen) {
    const page = messageOf(failure.visit)
    if (page !== null && !isOk(failure.visit)) pages.set(page, [...(pages.get(page) ?? []), failure])
  }
  return [...pages.values()]
    .filter((same) => new Set(same.map(({ nextStep }) => nextStep)).size > 1)
    .map((same) => same.map(({ name }) => name).join(' = '))
}
