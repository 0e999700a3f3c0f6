import type { AppError, ErrorCode } from '../../errors.ts'
import { failed, warning, type Finding } from './finding.ts'

/** The finding for a failed call to AWS. `service` is the service that the network must reach. */
export function awsFailure(failure: AppError, service: string): Finding {
  const found = `${failure.code}: ${messageOf(failure)}`
  const fix = failure.details.hint ?? outage(failure, service) ?? 'Run the doctor again; the message is from AWS.'
  return failure.code === 'marketplace-busy' ? warning(found, fix) : failed(found, fix)
}

/** The name and the message of the error from AWS or the network. */
export function messageOf({ details: { cause }, code }: AppError): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : code
}

/** The fix for a failure without a hint. */
export function outage({ code }: AppError, service: string): string | null {
  if (code === 'marketplace-unreachable')
    return (
      `Let this network reach ${service} over HTTPS: a route to the internet (NAT gateway) or a VPC endpoint, port 443 in the ` +
      'security group, DNS, or HTTPS_PROXY. Correct the AWS_ENDPOINT_URL variables if any is set.'
    )
  return fixes[code] ?? null
}

const fixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  internal:
    'Correct PRODUCT_CODES or PRODUCT_IDS, or the listings in the products file: AWS refuses the call, perhaps because the product is of another account.',
  'marketplace-busy': 'Try again later: AWS is throttling calls.',
  'marketplace-failed': 'Try again, and look at AWS Health: AWS, or a proxy on the way to it, has a problem.',
}
