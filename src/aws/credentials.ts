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
 * The credentials that sign ResolveCustomer: those of the environment, or those of the role in the seller account. Rejects with
 * `marketplace-denied` if there are none or they have expired, because expired credentials must not look like a buyer's expired
 * token. Rejects with `marketplace-unreachable`, `-busy` or `-failed` if their source fails temporarily.
 */
export function createCredentials(region: string, role: Role | null): CredentialProvider {
  const own = keepUntilExpired(translating(environmentCredentials(), hints.noCredentials))
  return role === null ? own : keepUntilExpired(translating(assumed(region, role, own), hints.roleNotAssumable))
}

/** The SDK's own chain, unless the platform sets an endpoint (ECS, EKS): the chain hides the error of the endpoint. */
function environmentCredentials(): CredentialProvider {
  const usual = orMetadataFailure(fromNodeProviderChain())
  const onPlatform = createCredentialChain(fromEnv(), fromIni(), fromProcess(), fromTokenFile(), fromEndpoint())
  return async (options) => ((await isEndpointNamed()) ? onPlatform : usual)(options)
}

/** The chain calls the instance metadata last and also hides its error. */
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

/** Wraps a source so that it rejects with an `AppError`. */
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
