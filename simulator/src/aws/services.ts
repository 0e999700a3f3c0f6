import type { Clock } from '../clock.ts'
import type { Inbox } from '../mail/inbox.ts'
import type { Market } from '../market/market.ts'
import type { Catalog } from '../products.ts'
import { createAgreements } from './agreements.ts'
import type { Services } from './endpoint.ts'
import { createEntitlements } from './entitlements.ts'
import type { Queue } from './sqs/queue.ts'
import { regions } from './regions.ts'
import { createSes } from './ses.ts'
import { createSqs } from './sqs/sqs.ts'
import { createUsage } from './metering/usage.ts'

type Deps = {
  readonly market: Market
  readonly clock: Clock
  readonly inbox: Inbox
  readonly catalog: Catalog
  /** The first one gets the events. */
  readonly queues: readonly [Queue, ...Queue[]]
}

/** Every AWS service except ResolveCustomer and STS. */
export function createServices({ market, clock, inbox, catalog, queues }: Deps): Services {
  const sqs = createSqs(queues, clock)
  return {
    sqs,
    ses: createSes(inbox, clock),
    targets: {
      AmazonSQS: sqs,
      AWSMPEntitlementService: createEntitlements(market, clock),
      AWSMPCommerceService_v20200301: createAgreements(market),
      AWSMPMeteringService: {
        signingName: 'aws-marketplace',
        regions: regions.metering,
        namespace: 'com.amazonaws.marketplacemetering',
        operations: createUsage(market, clock, catalog),
      },
    },
  }
}
