import type { Principal } from '../../aws/principal.ts'
import { accountOf, regionOf } from '../../aws/queue-url.ts'
import { catalogRegion } from '../../aws/regions.ts'
import type { Config } from '../../config/config.ts'
import { asAppError } from '../../errors.ts'
import { ok, failed, skipped, warning, type Check } from './check.ts'
import { refusal } from './refusal.ts'

const name = 'queue'
const deadlineMs = 5_000

const elsewhere =
  'EVENTS_QUEUE_URL must be a queue of the account that published the product, and MARKETPLACE_ROLE_ARN a role of that account: ' +
  'the app leaves events of any other account in the queue.'
const noDeadLetters =
  'Messages that cannot be read, or belong to another account, are received again until SQS drops them unseen. Give the queue a ' +
  'redrive policy with a dead-letter queue, as deploy/events.yaml does.'
/** To receive a message for a test would bring it closer to the dead-letter queue. */
const onlyRunning = 'whether it may be read and emptied, only the log of a running task shows'

/** Asks the queue of AWS Marketplace's events for its attributes. No message is received. */
export async function checkQueue(
  { subscriptions, marketplace }: Pick<Config, 'subscriptions' | 'marketplace'>,
  principal: Principal | null,
): Promise<Check> {
  const url = subscriptions?.queueUrl ?? null
  if (url === null) return skipped(name, 'EVENTS_QUEUE_URL is not set: no events of AWS Marketplace are read')
  if (principal === null) return skipped(name, 'needs credentials, and the role')
  const account = accountOf(url)
  const caller = principal.arn?.split(':')[4] ?? null
  if (caller !== null && account !== caller)
    return failed(name, `it is in AWS account ${account ?? 'unknown'}, the calls come from ${caller}`, elsewhere)

  const wrongRegion = regionHint(regionOf(url), catalogRegion(marketplace.region))
  try {
    const { createEventsQueue } = await import('../../aws/queue.ts')
    const { waiting, inFlight, hasDeadLetters } = await createEventsQueue(url, {
      ...marketplace,
      deadlineMs,
    }).attributes()
    const found = `${String(waiting)} waiting, ${String(inFlight)} being read`
    const hints = [...wrongRegion, ...(hasDeadLetters ? [] : [noDeadLetters])]
    if (hints.length === 0) return ok(name, `${found}; ${onlyRunning}`)
    return warning(name, hasDeadLetters ? found : `${found}; it has no dead-letter queue`, hints.join('\n'))
  } catch (error) {
    const { found, hint } = refusal(asAppError(error), principal)
    return failed(name, found, [hint, ...wrongRegion].join('\n'))
  }
}

function regionHint(region: string, home: string): readonly string[] {
  if (region === home) return []
  return [
    `EVENTS_QUEUE_URL is in ${region}; AWS Marketplace sends its events in ${home} only. Name the queue of ${home}.`,
  ]
}
