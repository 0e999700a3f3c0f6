import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { MarketplaceMeteringClientConfig } from '@aws-sdk/client-marketplace-metering'
import { AppError } from '../errors.ts'
import { hints } from './hints.ts'
import { translate } from './exceptions.ts'

export type Role = { readonly arn: string; readonly externalId: string | null }

type CredentialProvider = Extract<MarketplaceMeteringClientConfig['credentials'], (...args: never) => unknown>

/**
 * The credentials that sign ResolveCustomer: the environment's own, or those of the role in the seller account. Rejects
 * with `marketplace-denied` when there are none, so that our own expired credentials are never mistaken for a buyer's
 * expired token; with `marketplace-unreachable`, `-busy` or `-failed` when AWS STS fails.
 */
export function createCredentials(region: string, role: Role | null): CredentialProvider {
  const source = role === null ? fromNodeProviderChain() : assumed(region, role)
  const hint = role === null ? hints.noCredentials : hints.roleNotAssumable
  return async (options) => {
    try {
      return await source(options)
    } catch (error) {
      throw ofCredentials(translate(error), hint)
    }
  }
}

function assumed(region: string, role: Role): CredentialProvider {
  return fromTemporaryCredentials({
    params: {
      RoleArn: role.arn,
      RoleSessionName: 'marketplace-landing',
      ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
    },
    clientConfig: { region },
  })
}

function ofCredentials(failure: AppError, hint: string): AppError {
  const transient = ['marketplace-unreachable', 'marketplace-busy', 'marketplace-failed', 'service-busy'].includes(
    failure.code,
  )
  return transient ? failure : new AppError('marketplace-denied', { ...failure.details, hint })
}
