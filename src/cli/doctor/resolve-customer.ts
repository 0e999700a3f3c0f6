import { createMeteringClient } from '../../aws/client.ts'
import { hints } from '../../aws/hints.ts'
import { probe } from '../../aws/probe.ts'
import { createResolveCustomer } from '../../aws/resolve-customer.ts'
import { AppError } from '../../errors.ts'
import { awsFailure, messageOf } from './aws-failure.ts'
import { failed, ok, skipped, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

const statement = JSON.stringify({ Effect: 'Allow', Action: 'aws-marketplace:ResolveCustomer', Resource: '*' })

/** Calls ResolveCustomer with a token that cannot be valid. */
export async function checkResolveCustomer({ config, caller }: Pick<Setup, 'config' | 'caller'>): Promise<Finding> {
  const principal = await caller
  if (principal instanceof AppError) return skipped('not checked: needs the credentials and the role')
  const { region, deadlineMs } = config.marketplace
  const client = createMeteringClient({ ...config.marketplace, maxSockets: 1 })
  const failure = await probe(createResolveCustomer(client, { deadlineMs, maxInFlight: 1 }))
  client.destroy()
  // AWS resolves tokens only for the account that published the product, and only a real token shows if this is that account.
  const account = principal.arn?.split(':')[4]
  const who = account === undefined ? 'The account of these credentials' : `AWS account ${account}`
  if (failure === null)
    return ok(
      `allowed in ${region}. ${who} must be the one that published the product, or every link fails as token-invalid`,
    )
  if (failure.details.hint === hints.denied)
    return failed(
      `${failure.code} in ${region}: ${messageOf(failure)}`,
      `${hints.denied}\nThe statement to add for ${principal.arn ?? 'this principal'}:\n${statement}`,
    )
  const finding = awsFailure(failure, 'AWS Marketplace in the Region of MARKETPLACE_REGION')
  return { ...finding, found: finding.found.replace(':', ` in ${region}:`) }
}
