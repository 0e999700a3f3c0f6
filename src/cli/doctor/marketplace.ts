import { createMeteringClient } from '../../aws/client.ts'
import { hints } from '../../aws/hints.ts'
import { findPrincipal, type Principal } from '../../aws/principal.ts'
import { createResolveCustomer } from '../../aws/resolve-customer.ts'
import type { Config } from '../../config/config.ts'
import { probe } from '../../aws/probe.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import { failed, ok, skipped, warning, type Check } from './check.ts'
import { refusedBy } from './refusal.ts'

type Marketplace = Config['marketplace']

const statement = JSON.stringify({ Effect: 'Allow', Action: 'aws-marketplace:ResolveCustomer', Resource: '*' })

export type MarketplaceChecks = {
  readonly checks: readonly Check[]
  /** Who calls AWS Marketplace; null where nobody could. */
  readonly principal: Principal | null
}

/** Checks which account and role call AWS Marketplace, and whether they may call ResolveCustomer. */
export async function checkMarketplace(marketplace: Marketplace): Promise<MarketplaceChecks> {
  const { region, role, deadlineMs } = marketplace
  const own = await principalOf({ region, role: null, deadlineMs })
  if (own instanceof AppError) {
    const needs = 'needs credentials'
    const checks = [noPrincipal('credentials', own), skipped('role', needs), skipped('ResolveCustomer', needs)]
    return { checks, principal: null }
  }
  const credentials = principalCheck('credentials', own)
  if (role === null) {
    const unset = skipped('role', 'MARKETPLACE_ROLE_ARN is not set: calls are made with the credentials above')
    return { checks: [credentials, unset, await checkResolveCustomer(marketplace, own)], principal: own }
  }
  const assumed = await principalOf({ region, role, deadlineMs })
  if (assumed instanceof AppError) {
    const checks = [credentials, noPrincipal('role', assumed), skipped('ResolveCustomer', 'needs the role')]
    return { checks, principal: null }
  }
  const resolves = await checkResolveCustomer(marketplace, assumed)
  return { checks: [credentials, principalCheck('role', assumed), resolves], principal: assumed }
}

async function principalOf(options: Parameters<typeof findPrincipal>[0]): Promise<Principal | AppError> {
  try {
    return await findPrincipal(options)
  } catch (error) {
    return error instanceof AppError ? error : new AppError('internal', { cause: error })
  }
}

function principalCheck(name: string, { arn }: Principal): Check {
  if (arn !== null) return ok(name, arn)
  return warning(
    name,
    'found, but AWS STS does not say whose they are',
    'Allow this network to reach AWS STS (sts.REGION.amazonaws.com); only this check needs it.',
  )
}

function noPrincipal(name: string, failure: AppError): Check {
  const found = failure.code === 'marketplace-denied' ? refusedBy(failure) : 'AWS STS cannot be reached'
  return failed(name, found, failure.details.hint ?? outages[failure.code] ?? hints.noCredentials)
}

async function checkResolveCustomer(marketplace: Marketplace, principal: Principal): Promise<Check> {
  const name = 'ResolveCustomer'
  const { region, deadlineMs } = marketplace
  const client = createMeteringClient({ ...marketplace, maxSockets: 1 })
  const failure = await probe(createResolveCustomer(client, { deadlineMs, maxInFlight: 1 }))
  client.destroy()
  if (failure === null) return ok(name, `allowed in ${region}. ${publisher(principal)}`)

  const found = `${failure.code} in ${region}: ${refusedBy(failure)}`
  if (failure.code === 'marketplace-busy') return warning(name, found, 'AWS throttles the calls just now: try again.')
  const hint = failure.details.hint ?? outages[failure.code] ?? 'Run this again; the message above is AWS’s.'
  if (hint !== hints.denied) return failed(name, found, hint)
  return failed(name, found, `${hint}\nThe statement to add for ${principal.arn ?? 'this principal'}:\n${statement}`)
}

/** AWS resolves tokens only for the account that published the product. Without a purchase we cannot check which one that is. */
function publisher({ arn }: Principal): string {
  const account = arn?.split(':')[4]
  const which = account === undefined ? 'The account of these credentials' : `AWS account ${account}`
  return `${which} must be the one that published the product: for any other, even fresh links fail (as token-invalid)`
}

const outages: Readonly<Partial<Record<ErrorCode, string>>> = {
  'marketplace-unreachable':
    'Let this network reach AWS Marketplace in the Region of MARKETPLACE_REGION over HTTPS: a route to the internet (NAT gateway) ' +
    'or a VPC endpoint, port 443 in the security group, DNS. If AWS_ENDPOINT_URL_MARKETPLACE_METERING is set, it must be right.',
  'marketplace-failed':
    'AWS Marketplace, or a proxy on the way to it, is in trouble: try again, and look at AWS Health.',
}
