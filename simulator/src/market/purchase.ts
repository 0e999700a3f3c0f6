import { randomBytes } from 'node:crypto'
import type { Product } from '../products.ts'
import type { ScenarioName } from '../scenarios/scenarios.ts'
import { newLicenseArn, randomId, type SimulatedCustomer } from '../tokens/customer.ts'
import type { PurchaseOptions } from './purchase-options.ts'

type PurchaseState = 'pending' | 'active' | 'canceled' | 'expired' | 'renewed' | 'replaced' | 'deprovisioned'

export type Purchase = {
  readonly id: string
  readonly scenario: ScenarioName
  readonly product: Product
  readonly awsAccountId: string
  readonly customerIdentifier: string | null
  /** The response of ResolveCustomer. */
  readonly customer: SimulatedCustomer
  /** Every purchase has a license, even if ResolveCustomer does not return it. */
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
  /** The agreement's status, as AWS spells it. */
  agreementStatus: 'ACTIVE' | 'CANCELLED' | 'EXPIRED' | 'RENEWED' | 'REPLACED'
  updatedAt: number
  activatedAt: number | null
  endedAt: number | null
  advisoryAt: number | null
  seats: number
  autoRenewal: boolean
}

type Predecessor = Pick<Purchase, 'agreementId' | 'initialAgreementId'>

type Order = {
  readonly scenario: ScenarioName
  readonly product: Product
  readonly customer: SimulatedCustomer
  readonly options: PurchaseOptions
  readonly now: number
  readonly continues?: { readonly purchase: Predecessor; readonly intent: 'RENEW' | 'REPLACE' }
}

const yearMs = 365 * 24 * 3_600_000
/** The end date in AWS's events of an agreement without an end. */
export const noEnd = Date.parse('9999-01-01T00:00:00Z')

export function newPurchase({ scenario, product, customer, options, now, continues }: Order): Purchase {
  const agreementId = `agmt-${randomId(25)}`
  const startsAt = now + options.startsInMs
  return {
    id: `purchase-${randomBytes(5).toString('hex')}`,
    scenario,
    product,
    awsAccountId: customer.awsAccountId,
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

/** Resets the dates when the buyer accepts, because the subscriptions page creates purchases in advance. */
export function accept(purchase: Purchase, now: number): void {
  purchase.acceptedAt = now
  purchase.startsAt = now + purchase.options.startsInMs
  purchase.endsAt = endOf(purchase.startsAt, purchase.options)
  purchase.updatedAt = now
}

/** A contract ends after a year; a purchase that is paid by use has no end. */
function endOf(startsAt: number, { entitlementCount }: PurchaseOptions): number {
  return entitlementCount === 0 ? noEnd : startsAt + yearMs
}
