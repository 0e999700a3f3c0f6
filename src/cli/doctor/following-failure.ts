import type { Principal } from '../../aws/principal.ts'
import type { AppError } from '../../errors.ts'
import { awsFailure } from './aws-failure.ts'
import type { Finding } from './finding.ts'

const services = 'sqs, agreement-marketplace and entitlement.marketplace of us-east-1 at amazonaws.com'

/** The finding for a failed call that follows subscriptions. */
export function followingFailure(failure: AppError, { arn }: Principal): Finding {
  const finding = awsFailure(failure, services)
  const fixes = finding.fixes.map((fix) =>
    fix.startsWith('Allow the action ') ? `${fix}\nThe calls are made as ${arn ?? 'the principal above'}.` : fix,
  )
  return { ...finding, fixes }
}
