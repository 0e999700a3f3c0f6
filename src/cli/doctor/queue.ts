import type { Principal } from '../../aws/principal.ts'
import { accountOf, regionOf } from '../../aws/queue-url.ts'
import { catalogRegion } from '../../aws/regions.ts'
import type { Config } from '../../config/config.ts'
import { AppError, asAppError } from '../../errors.ts'
import { followingFailure } from './following-failure.ts'
import { failed, ok, skipped, warning, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

const deadlineMs = 5_000

const otherAccount =
  'Set EVENTS_QUEUE_URL to a queue of the account that published the product, and MARKETPLACE_ROLE_ARN to a role of that account. ' +
  'The app leaves events of another account in the queue.'
const noDeadLetters =
  'Give the queue a redrive policy with a dead-letter queue, as deploy/events.yaml does. Without it, messages that ' +
  'cannot be read or belong to another account are received again until SQS deletes them.'
/** The doctor receives no message, because each receive counts toward the dead-letter queue. */
const notTried = 'whether messages may be received and deleted is shown only by the log of the running app'

/** Reads the attributes of the queue of AWS Marketplace events. Receives no message. */
export async function checkQueue({ config, caller }: Pick<Setup, 'config' | 'caller'>): Promise<Finding> {
  const url = config.subscriptions?.queueUrl ?? null
  if (url === null) return skipped('EVENTS_QUEUE_URL is not set: no events of AWS Marketplace are read')
  const principal = await caller
  if (principal instanceof AppError) return skipped('not checked: needs the credentials and the role')
  const account = accountOf(url)
  const callerAccount = principal.arn?.split(':')[4] ?? null
  if (callerAccount !== null && account !== callerAccount)
    return failed(`it is in AWS account ${account ?? 'unknown'}, the calls come from ${callerAccount}`, otherAccount)
  return checkAttributes(url, config.marketplace, principal)
}

async function checkAttributes(
  url: string,
  marketplace: Config['marketplace'],
  principal: Principal,
): Promise<Finding> {
  const { createEventsQueue } = await import('../../aws/queue.ts')
  const wrongRegion = regionFixes(regionOf(url), catalogRegion(marketplace.region))
  try {
    const { attributes } = createEventsQueue(url, { ...marketplace, deadlineMs })
    const { waiting, inFlight, hasDeadLetters } = await attributes()
    const found = `${String(waiting)} waiting, ${String(inFlight)} being read`
    const fixes = [...wrongRegion, ...(hasDeadLetters ? [] : [noDeadLetters])]
    if (fixes.length === 0) return ok(`${found}; ${notTried}`)
    return warning(hasDeadLetters ? found : `${found}; it has no dead-letter queue`, ...fixes)
  } catch (error) {
    const finding = followingFailure(asAppError(error), principal)
    return { ...finding, fixes: [...finding.fixes, ...wrongRegion] }
  }
}

function regionFixes(region: string, home: string): readonly string[] {
  if (region === home) return []
  return [
    `Set EVENTS_QUEUE_URL to a queue in ${home}: AWS Marketplace sends its events only there, and this one is in ${region}.`,
  ]
}
