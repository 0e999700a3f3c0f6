import { setTimeout as pause } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-providers'
import { loadConfig } from '@smithy/core/config'
import { AppError } from '../errors.ts'
import { hints } from './hints.ts'
import type { CredentialProvider } from './renewal.ts'

/** Enough for two attempts of the SDK with a pause of one second, and well below the deadline for a token. */
const deadlineMs = 3_000

/** True if the platform (ECS, EKS) sets an endpoint for credentials. Reads the variables like the SDK. */
export function isEndpointNamed(): Promise<boolean> {
  return loadConfig<boolean>({
    environmentVariableSelector: (env) => {
      const named = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? env['AWS_CONTAINER_CREDENTIALS_FULL_URI']
      return named === undefined ? undefined : named !== ''
    },
    configFileSelector: () => undefined,
    default: false,
  })()
}

/** Reads credentials from that endpoint. Rejects with `marketplace-failed` and the cause if the failure is temporary. */
export function fromEndpoint(): CredentialProvider {
  const fetchCredentials = fromHttp({ timeout: 1_000, maxRetries: 1 })
  return async (options) => {
    try {
      return await Promise.race([fetchCredentials(options), tooLate()])
    } catch (error) {
      if (isRejected(error)) throw error
      throw new AppError('marketplace-failed', { cause: error, hint: hints.credentialsEndpoint })
    }
  }
}

/** True if the endpoint denies the request, or the SDK rejects its address. The status is only in the message. */
function isRejected(error: unknown): boolean {
  return error instanceof Error && /status: 4(?!29)\d\d|^URL not accepted/.test(error.message)
}

/** A deadline, because the SDK only logs a warning after its own timeout and keeps waiting. */
async function tooLate(): Promise<never> {
  await pause(deadlineMs, undefined, { ref: false })
  throw new Error(`Timeout: the credentials endpoint did not respond within ${String(deadlineMs)} ms`)
}
