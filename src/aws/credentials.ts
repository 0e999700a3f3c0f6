import {
  createCredentialChain,
  fromEnv,
  fromIni,
  fromNodeProviderChain,
  fromProcess,
  fromTemporaryCredentials,
  fromTokenFile,
} from '@aws-sdk/credential-providers'
import { AppError } from '../errors.ts'
import { hints } from './hints.ts'
import { fromEndpoint, isEndpointNamed } from './credentials-endpoint.ts'
import { environment } from './environment.ts'
import { translate } from './exceptions.ts'
import { isMetadataFailing } from './instance-metadata.ts'
import { keepUntilExpired, type CredentialProvider } from './renewal.ts'

export type Role = { readonly arn: string; readonly externalId: string | null }

/**
 * The credentials that sign ResolveCustomer: the environment's own, or those of the role in the seller account. Rejects
 * with `marketplace-denied` when there are none, so that our own expired credentials are never mistaken for a buyer's
 * expired token; with `marketplace-unreachable`, `-busy` or `-failed` when their source fails for the moment.
 */
export function createCredentials(region: string, role: Role | null): CredentialProvider {
  const own = keepUntilExpired(translating(environmentCredentials(), hints.noCredentials))
  return role === null ? own : keepUntilExpired(translating(assumed(region, role, own), hints.roleNotAssumable))
}

/** The SDK's own chain, except where the platform names an endpoint (ECS, EKS): the chain drops the endpoint's answer. */
function environmentCredentials(): CredentialProvider {
  const usual = orMetadataFailure(fromNodeProviderChain())
  const onPlatform = createCredentialChain(fromEnv(), fromIni(), fromProcess(), fromTokenFile(), fromEndpoint())
  return async (options) => ((await isEndpointNamed()) ? onPlatform : usual)(options)
}

/** The chain asks instance metadata last, and drops its answer as well. */
function orMetadataFailure(chain: CredentialProvider): CredentialProvider {
  return async (options) => {
    try {
      return await chain(options)
    } catch (cause) {
      if (!isNothingFound(cause) || !(await isMetadataFailing(environment))) throw cause
      throw new AppError('marketplace-failed', { cause, hint: hints.instanceMetadata })
    }
  }
}

function isNothingFound(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Could not load credentials from any providers')
}

function assumed(region: string, role: Role, own: CredentialProvider): CredentialProvider {
  return fromTemporaryCredentials({
    masterCredentials: own,
    params: {
      RoleArn: role.arn,
      RoleSessionName: 'marketplace-landing',
      ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
    },
    clientConfig: { region },
  })
}

/** The same source, which rejects with an `AppError`. */
function translating(source: CredentialProvider, hint: string): CredentialProvider {
  return async (options) => {
    try {
      return await source(options)
    } catch (error) {
      throw error instanceof AppError ? error : ofCredentials(translate(error), hint)
    }
  }
}

function ofCredentials(failure: AppError, hint: string): AppError {
  const transient = ['marketplace-unreachable', 'marketplace-busy', 'marketplace-failed', 'service-busy'].includes(
    failure.code,
  )
  return transient ? failure : new AppError('marketplace-denied', { ...failure.details, hint })
}
