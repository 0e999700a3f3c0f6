import { MarketplaceAgreementClient, SearchAgreementsCommand } from '@aws-sdk/client-marketplace-agreement'
import { z } from 'zod'
import type { Agreement, SearchAgreements } from '../domain/agreement.ts'
import { call } from './call.ts'
import { jobClient, type CatalogOptions } from './job-client.ts'
import { pagesOf, type Page } from './pages.ts'
import { catalogRegion } from './regions.ts'
import { createRetries } from './retries.ts'

/** AWS returns at most 50 agreements per page, so this is 10,000 agreements. */
const maxPages = 200

const optionalText = z.string().nullish()

/** Every field is optional in AWS's model. An agreement without id or status cannot be used. */
const hit = z.object({
  agreementId: z.string().min(1),
  status: z.string().min(1),
  startTime: z.date().nullish(),
  endTime: z.date().nullish(),
  acceptor: z.object({ accountId: optionalText }).nullish(),
  initialAgreementId: optionalText,
  entitlements: z.array(z.object({ licenseArn: optionalText })).nullish(),
  proposalSummary: z.object({ resources: z.array(z.object({ id: optionalText })).nullish() }).nullish(),
})
const answer = z.object({ nextToken: optionalText, agreementViewSummaries: z.array(hit).nullish() })

type Wanted = Parameters<SearchAgreements>[0]

/** Calls SearchAgreements for agreements that the seller proposed. The SDK reads `AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT`. */
export function createSearchAgreements(options: CatalogOptions): SearchAgreements {
  const readPage = pagesOver(options)
  return (wanted) => pagesOf(maxPages, (nextToken) => readPage(wanted, nextToken))
}

/** Reads only the first page, of one product or of all. Rejects with an `AppError`. */
type FirstAgreements = (productId: string | null) => Promise<Page<Agreement>>

export function createFirstAgreements(options: CatalogOptions): FirstAgreements {
  const readPage = pagesOver(options)
  return (productId) => readPage(productId === null ? null : { productId })
}

function pagesOver({ region, role, deadlineMs = 10_000 }: CatalogOptions) {
  const client: MarketplaceAgreementClient = new MarketplaceAgreementClient({
    ...jobClient({ region: catalogRegion(region), role, waitMs: deadlineMs }),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
  })
  return async (wanted: Wanted | null, nextToken?: string): Promise<Page<Agreement>> => {
    const filters = [
      { name: 'PartyType', values: ['Proposer'] },
      { name: 'AgreementType', values: ['PurchaseAgreement'] },
      ...(wanted === null ? [] : [filterFor(wanted)]),
    ]
    const command = new SearchAgreementsCommand({ catalog: 'AWSMarketplace', filters, maxResults: 50, nextToken })
    const page = await call({ action: 'aws-marketplace:SearchAgreements', deadlineMs, answer }, (options) =>
      client.send(command, options),
    )
    return { items: (page.agreementViewSummaries ?? []).map(agreementOf), nextToken: page.nextToken }
  }
}

function filterFor(wanted: Wanted) {
  if ('licenseArn' in wanted) return { name: 'LicenseArn', values: [wanted.licenseArn] }
  return { name: 'ResourceIdentifier', values: [wanted.productId] }
}

function agreementOf(found: z.infer<typeof hit>): Agreement {
  return {
    agreementId: found.agreementId,
    status: found.status,
    startsAt: found.startTime ?? null,
    endsAt: found.endTime ?? null,
    awsAccountId: found.acceptor?.accountId || null,
    initialAgreementId: found.initialAgreementId || null,
    licenseArns: (found.entitlements ?? []).flatMap(({ licenseArn }) => licenseArn || []),
    productIds: (found.proposalSummary?.resources ?? []).flatMap(({ id }) => id || []),
  }
}
