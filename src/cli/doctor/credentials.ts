import { hints } from '../../aws/hints.ts'
import type { Principal } from '../../aws/principal.ts'
import { AppError } from '../../errors.ts'
import { failed, ok, skipped, warning, type Finding } from './finding.ts'
import { messageOf, outage } from './aws-failure.ts'
import type { Setup } from './setup.ts'

/** Checks the AWS credentials of the environment and finds their owner. */
export async function checkCredentials({ credentials }: Pick<Setup, 'credentials'>): Promise<Finding> {
  return found(await credentials)
}

/** Checks that the role in the seller account can be assumed. */
export async function checkRole({ config, credentials, caller }: Setup): Promise<Finding> {
  if ((await credentials) instanceof AppError) return skipped('not checked: needs credentials')
  if (config.marketplace.role === null)
    return skipped('MARKETPLACE_ROLE_ARN is not set: the credentials above call AWS Marketplace')
  return found(await caller)
}

function found(principal: Principal | AppError): Finding {
  if (principal instanceof AppError) {
    const isDenied = principal.code === 'marketplace-denied'
    const what = isDenied ? messageOf(principal) : `AWS STS cannot be reached: ${messageOf(principal)}`
    return failed(what, principal.details.hint ?? outage(principal, 'AWS STS') ?? hints.noCredentials)
  }
  if (principal.arn !== null) return ok(principal.arn)
  return warning(
    'found, but AWS STS does not say whose they are',
    'Allow this network to reach AWS STS (sts.REGION.amazonaws.com); only this check needs it.',
  )
}
