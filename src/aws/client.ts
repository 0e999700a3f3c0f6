import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering'
import { createCredentials, type Role } from './credentials.ts'
import { createRetries } from './retries.ts'
import { createTransport, type TransportOptions } from './transport.ts'

export type ClientOptions = TransportOptions & {
  /** Named here and not taken from AWS_REGION: the app may run elsewhere than the product is integrated. */
  readonly region: string
  readonly role: Role | null
}

/** The SDK's client, tuned. `AWS_ENDPOINT_URL_MARKETPLACE_METERING` and the SDK's other variables keep their meaning. */
export function createMeteringClient({ region, role, ...transport }: ClientOptions): MarketplaceMeteringClient {
  const client: MarketplaceMeteringClient = new MarketplaceMeteringClient({
    region,
    credentials: createCredentials(region, role),
    // The calls of AWS STS for the role take the same way.
    requestHandler: createTransport(transport),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
    cacheMiddleware: true,
  })
  return client
}
