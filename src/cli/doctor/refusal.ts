import type { Principal } from '../../aws/principal.ts'
import type { AppError, ErrorCode } from '../../errors.ts'

/** What became of a call that follows subscriptions, and what to change. */
export function refusal(failure: AppError, { arn }: Principal): { readonly found: string; readonly hint: string } {
  const { code, details } = failure
  const found = `${code}: ${refusedBy(failure)}`
  const hint = details.hint ?? outages[code] ?? 'Run this again; the message above is AWS’s.'
  const isNotAllowed = hint.startsWith('Allow the action ')
  return { found, hint: isNotAllowed ? `${hint}\nThese calls are made as ${arn ?? 'the principal above'}.` : hint }
}

const outages: Readonly<Partial<Record<ErrorCode, string>>> = {
  'marketplace-unreachable':
    'Let this network reach sqs, agreement-marketplace and entitlement.marketplace of us-east-1 at amazonaws.com over HTTPS: a ' +
    'route to the internet (NAT gateway) or VPC endpoints, port 443 in the security group, DNS. What AWS_ENDPOINT_URL… names must be right.',
  internal: 'AWS refuses what was asked: PRODUCT_CODES or PRODUCT_IDS may name a product of another account.',
  'marketplace-busy': 'AWS throttles the calls just now: try again.',
  'marketplace-failed': 'AWS, or a proxy on the way to it, is in trouble: try again, and look at AWS Health.',
}

/** The name and message of the error, from AWS or the network. */
export function refusedBy({ details: { cause }, code }: AppError): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : code
}
