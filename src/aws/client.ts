import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering'
import { createCredentials, type Role } from './credentials.ts'
import { createRetries } from './retries.ts'
import { createTransport, type TransportOptions } from './transport.ts'

export type ClientOptions = TransportOptions & {
  /** Not taken from AWS_REGION: the app may run in another Region than the one the product is integrated in. */
  readonly region: string
  readonly role: Role | null
}

/** The SDK's client with bounds. `AWS_ENDPOINT_URL_MARKETPLACE_METERING` and the SDK's other variables keep their meaning. */
export function createMeteringClient({ region, role, ...transport }: ClientOptions): MarketplaceMeteringClient {
  const client: MarketplaceMeteringClient = new MarketplaceMeteringClient({
    region,
    credentials: createCredentials(region, role),
    // The SDK calls AWS STS for the role with it, too.
    requestHandler: createTransport(transport),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
    cacheMiddleware: true,
  })
  return client
}
