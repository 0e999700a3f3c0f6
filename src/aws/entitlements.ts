import {
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service'
import { z } from 'zod'
import type { Entitlement, GetEntitlements } from '../domain/agreement.ts'
import { call } from './call.ts'
import { jobClient, type CatalogOptions } from './job-client.ts'
import { itemsOf, pagesOf, type Page } from './pages.ts'
import { catalogRegion } from './regions.ts'
import { createRetries } from './retries.ts'

/** A page has up to 25 entitlements and may be empty. A license has only a few. */
const maxPages = 100

const entitlement = z.object({
  Dimension: z.string().min(1),
  /** One of these is set. */
  Value: z
    .object({ IntegerValue: z.number(), DoubleValue: z.number(), BooleanValue: z.boolean(), StringValue: z.string() })
    .partial()
    .nullish(),
  ExpirationDate: z.date().nullish(),
})
const answer = z.object({ NextToken: z.string().nullish(), Entitlements: z.array(entitlement).nullish() })

/** Calls GetEntitlements. The SDK reads `AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE`. */
export function createGetEntitlements(options: CatalogOptions): GetEntitlements {
  const readPage = pagesOver(options)
  return async (productCode, licenseArn) => {
    const found = await itemsOf(
      pagesOf(maxPages, (nextToken) =>
        readPage({ ProductCode: productCode, Filter: { LICENSE_ARN: [licenseArn] }, NextToken: nextToken }),
      ),
    )
    // AWS guarantees no order. Sort, so that equal entitlements compare as equal.
    return [...found].sort((one, other) => (one.dimension < other.dimension ? -1 : 1))
  }
}

/** Rejects with an `AppError` if the entitlements of this product may not be read. */
export function createEntitlementsProbe(options: CatalogOptions): (productCode: string) => Promise<void> {
  const readPage = pagesOver(options)
  return async (productCode) => {
    await readPage({ ProductCode: productCode, MaxResults: 1 })
  }
}

function pagesOver({ region, role, deadlineMs = 10_000 }: CatalogOptions) {
  const client: MarketplaceEntitlementServiceClient = new MarketplaceEntitlementServiceClient({
    ...jobClient({ region: catalogRegion(region), role, waitMs: deadlineMs }),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
  })
  return async (input: GetEntitlementsCommandInput): Promise<Page<Entitlement>> => {
    const page = await call({ action: 'aws-marketplace:GetEntitlements', deadlineMs, answer }, (options) =>
      client.send(new GetEntitlementsCommand(input), options),
    )
    return { items: (page.Entitlements ?? []).map(entitlementOf), nextToken: page.NextToken }
  }
}

function entitlementOf({ Dimension, Value, ExpirationDate }: z.infer<typeof entitlement>): Entitlement {
  const value = Value?.IntegerValue ?? Value?.DoubleValue ?? Value?.BooleanValue ?? Value?.StringValue ?? ''
  return { dimension: Dimension, value: String(value), expiresAt: ExpirationDate?.toISOString() ?? null }
}
