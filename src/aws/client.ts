import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering'
import { createCredentials, type Role } from './credentials.ts'
import { createRetries } from './retries.ts'
import { createTransport, type TransportOptions } from './transport.ts'

type ClientOptions = TransportOptions & {
  /** Not AWS_REGION, because the app may run in another Region than the one that the product is integrated in. */
  readonly region: string
  readonly role: Role | null
}

/** The SDK's client with limits. The SDK reads `AWS_ENDPOINT_URL_MARKETPLACE_METERING` and its other variables. */
export function createMeteringClient({ region, role, ...transport }: ClientOptions): MarketplaceMeteringClient {
  const client: MarketplaceMeteringClient = new MarketplaceMeteringClient({
    region,
    credentials: createCredentials(region, role),
    // The SDK also uses it to call AWS STS for the role.
    requestHandler: createTransport(transport),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
    cacheMiddleware: true,
  })
  return client
}
