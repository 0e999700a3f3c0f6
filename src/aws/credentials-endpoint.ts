import { setTimeout as pause } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-providers'
import { loadConfig } from '@smithy/core/config'
import { AppError } from '../errors.ts'
import { hints } from './hints.ts'
import type { CredentialProvider } from './renewal.ts'

/** Enough for two attempts of the SDK with its pause of a second, and well within the budget of a token. */
const deadlineMs = 3_000

/** Whether the platform (ECS, EKS) names an endpoint for credentials, read as the SDK reads its variables. */
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

/** The credentials of that endpoint. Rejects with `marketplace-failed` when it fails for the moment, with its cause. */
export function fromEndpoint(): CredentialProvider {
  const fetchCredentials = fromHttp({ timeout: 1_000, maxRetries: 1 })
  return async (options) => {
    try {
      return await Promise.race([fetchCredentials(options), tooLate()])
    } catch (error) {
      if (isRefusal(error)) throw error
      throw new AppError('marketplace-failed', { cause: error, hint: hints.credentialsEndpoint })
    }
  }
}

/** The endpoint refuses, or the SDK does not accept its address. Only the message has the status. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /status: 4(?!29)\d\d|^URL not accepted/.test(error.message)
}

/** Without it the SDK would wait on: after its own timeout it only warns. */
async function tooLate(): Promise<never> {
  await pause(deadlineMs, undefined, { ref: false })
  throw new Error(`Timeout: the endpoint for credentials did not answer within ${String(deadlineMs)} ms`)
}
