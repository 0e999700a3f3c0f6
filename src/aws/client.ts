import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering'
import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import { createCredentials, type Role } from './credentials.ts'
import { createRetries } from './retries.ts'

export type ClientOptions = {
  /** Named here and not taken from AWS_REGION: the app may run elsewhere than the product is integrated. */
  readonly region: string
  readonly role: Role | null
  /** Sockets to AWS at once. As many as calls may be in flight, so that hanging calls do not starve healthy ones. */
  readonly maxSockets: number
  readonly connectTimeoutMs: number
  /** The longest wait for the head of an answer, and then between two pieces of its body. */
  readonly deadlineMs: number
}

/** In bytes. Real answers have some 500; one without end would fill the memory. */
const longestAnswer = 64 * 1024

/** The SDK's client, tuned. `AWS_ENDPOINT_URL_MARKETPLACE_METERING` and the SDK's other variables keep their meaning. */
export function createMeteringClient({
  region,
  role,
  maxSockets,
  connectTimeoutMs,
  deadlineMs,
}: ClientOptions): MarketplaceMeteringClient {
  const client: MarketplaceMeteringClient = new MarketplaceMeteringClient({
    region,
    credentials: createCredentials(region, role),
    // Also from AWS, and it needs far less processor time than the SDK's default.
    requestHandler: new UndiciHttpHandler({
      dispatcher: {
        connections: maxSockets,
        connect: { timeout: connectTimeoutMs },
        headersTimeout: deadlineMs,
        bodyTimeout: deadlineMs,
        maxResponseSize: longestAnswer,
      },
    }),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
    cacheMiddleware: true,
  })
  return client
}
