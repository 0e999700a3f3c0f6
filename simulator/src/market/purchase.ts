import { createHash, randomBytes } from 'node:crypto'
import { newLicenseArn, randomId, type SimulatedCustomer } from '../tokens/customer.ts'
import type { PurchaseOptions } from './purchase-options.ts'
import type { ScenarioName } from '../scenarios/scenarios.ts'

export type PurchaseState = 'pending' | 'active' | 'canceled' | 'expired' | 'renewed' | 'replaced' | 'deprovisioned'

export type Purchase = {
  readonly id: string
  readonly scenario: ScenarioName
  readonly awsAccountId: string
  readonly productCode: string
  readonly productId: string
  readonly customerIdentifier: string | null
  /** What ResolveCustomer says of it. */
  readonly customer: SimulatedCustomer
  /** Every purchase has one, also where ResolveCustomer does not name it. */
  readonly licenseArn: string
  readonly agreementId: string
  readonly initialAgreementId: string
  readonly previousAgreementId: string | null
  readonly offerId: string
  readonly intent: 'NEW' | 'RENEW' | 'REPLACE'
  readonly options: PurchaseOptions
  acceptedAt: number
  startsAt: number
  endsAt: number
  state: PurchaseState
  /** The agreement's, as AWS spells it. */
  agreementStatus: 'ACTIVE' | 'CANCELLED' | 'EXPIRED' | 'RENEWED' | 'REPLACED'
  updatedAt: number
  activatedAt: number | null
  endedAt: number | null
  advisoryAt: number | null
  seats: number
  autoRenewal: boolean
}

type Before = Pick<Purchase, 'agreementId' | 'initialAgreementId'>

export type Order = {
  readonly scenario: ScenarioName
  readonly customer: SimulatedCustomer
  readonly productId: string
  readonly options: PurchaseOptions
  readonly now: number
  readonly continues?: { readonly purchase: Before; readonly intent: 'RENEW' | 'REPLACE' }
}

const yearMs = 365 * 24 * 3_600_000
/** How AWS's events spell that an agreement has no end. */
export const noEnd = Date.parse('9999-01-01T00:00:00Z')

/** A contract ends after a year; what is paid by use has no end. */
function endOf(startsAt: number, { entitlementCount }: PurchaseOptions): number {
  return entitlementCount === 0 ? noEnd : startsAt + yearMs
}

/** A purchase as it is when the buyer has accepted the offer. */
export function newPurchase({ scenario, customer, productId, options, now, continues }: Order): Purchase {
  const agreementId = `agmt-${randomId(25)}`
  const startsAt = now + options.startsInMs
  return {
    id: `purchase-${randomBytes(5).toString('hex')}`,
    scenario,
    awsAccountId: customer.awsAccountId,
    productCode: customer.productCode,
    productId,
    customerIdentifier: customer.customerIdentifier,
    customer,
    licenseArn: customer.licenseArn ?? newLicenseArn(),
    agreementId,
    initialAgreementId: continues?.purchase.initialAgreementId ?? agreementId,
    previousAgreementId: continues?.purchase.agreementId ?? null,
    offerId: randomId(25),
    intent: continues?.intent ?? 'NEW',
    options,
    acceptedAt: now,
    startsAt,
    endsAt: endOf(startsAt, options),
    state: 'pending',
    agreementStatus: 'ACTIVE',
    updatedAt: now,
    activatedAt: null,
    endedAt: null,
    advisoryAt: null,
    seats: 10,
    autoRenewal: true,
  }
}

/** The buyer accepts now: the page's purchases are prepared long before anybody clicks. */
export function accept(purchase: Purchase, now: number): void {
  purchase.acceptedAt = now
  purchase.startsAt = now + purchase.options.startsInMs
  purchase.endsAt = endOf(purchase.startsAt, purchase.options)
  purchase.updatedAt = now
}

/** The same for the same product code, so that a script can say it beforehand. */
export function productIdFor(productCode: string): string {
  const number = createHash('sha256').update(productCode).digest().readBigUInt64BE()
  return `prod-${number.toString(36).padStart(13, '0').slice(-13)}`
}
