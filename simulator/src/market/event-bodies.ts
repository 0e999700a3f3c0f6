import { randomUUID } from 'node:crypto'
import type { Purchase } from './purchase.ts'
import { partnerAccount, sellerAccount } from './purchase-options.ts'

/** An event as EventBridge delivers it. */
export type EventBody = {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: 'aws.agreement-marketplace'
  readonly account: string
  readonly time: string
  readonly region: 'us-east-1'
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

export function proposerOf({ options }: Purchase): string {
  return options.channelPartner ? partnerAccount : sellerAccount
}

/** Channel partners' events have no `previousAgreementId` and no `product`. */
export function created(purchase: Purchase, now: number): EventBody {
  const { intent, previousAgreementId, options } = purchase
  const isDirect = !options.channelPartner
  return agreementEvent(purchase, now, 'Purchase Agreement Created', {
    agreement: {
      ...termsOf(purchase, intent),
      ...(isDirect && previousAgreementId !== null && { previousAgreementId }),
    },
    ...(isDirect && intent === 'RENEW' && { product: productOf(purchase) }),
    ...partiesOf(purchase),
  })
}

/** What an amendment changed. */
export type Amendment = { readonly endTime?: number | undefined; readonly autoRenewal?: boolean | undefined }

/**
 * AWS sends one format for changed terms, and another one if only auto-renewal has changed. Events
 * of channel partners always have the first format, without auto-renewal.
 */
export function amended(purchase: Purchase, now: number, { endTime, autoRenewal }: Amendment): EventBody {
  const isDirect = !purchase.options.channelPartner
  const renewal = isDirect && autoRenewal !== undefined && renewalOf(autoRenewal)
  const onlyRenewal = renewal !== false && endTime === undefined
  return agreementEvent(purchase, now, 'Purchase Agreement Amended', {
    agreement: onlyRenewal
      ? { id: purchase.agreementId, intent: 'AMEND', ...renewal }
      : { ...termsOf(purchase, 'AMEND'), ...renewal },
    ...(renewal !== false && { product: productOf(purchase) }),
    ...(!onlyRenewal && partiesOf(purchase)),
  })
}

function renewalOf(autoRenewal: boolean): object {
  return { autoRenewalEnabled: autoRenewal, ...(!autoRenewal && { disabledBy: 'ACCEPTOR' }) }
}

export function ended(purchase: Purchase, now: number): EventBody {
  return agreementEvent(purchase, now, 'Purchase Agreement Ended', {
    agreement: { id: purchase.agreementId, status: purchase.agreementStatus },
  })
}

export function advisory(purchase: Purchase, now: number, what: 'Issued' | 'Resolved'): EventBody {
  return agreementEvent(purchase, now, `Purchase Agreement Advisory ${what}`, {
    agreement: { id: purchase.agreementId },
    product: { id: purchase.product.id },
    ...partiesOf(purchase),
    advisory: { [what === 'Issued' ? 'issuedAt' : 'resolvedAt']: seconds(now) },
  })
}

export function licenseEvent(purchase: Purchase, now: number, what: 'Updated' | 'Deprovisioned'): EventBody {
  const { agreementId, product, options } = purchase
  // License events go to the manufacturer, also for sales of a channel partner.
  return eventBody(purchase, now, `License ${what} - Manufacturer`, {
    agreement: { id: agreementId },
    product: { code: product.code, id: product.id },
    license: { [options.licenseKey]: spelled(purchase) },
    ...partiesOf(purchase),
  })
}

/** `type` without the role. A seller who is both manufacturer and proposer gets only the Proposer event. */
export function agreementEvent(purchase: Purchase, now: number, type: string, detail: EventBody['detail']): EventBody {
  return eventBody(purchase, now, `${type} - ${purchase.options.channelPartner ? 'Manufacturer' : 'Proposer'}`, detail)
}

function eventBody(purchase: Purchase, now: number, detailType: string, detail: EventBody['detail']): EventBody {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.agreement-marketplace',
    account: purchase.options.eventsAccount,
    time: seconds(now),
    region: 'us-east-1',
    resources: [`arn:aws:aws-marketplace::aws:agreement:${purchase.agreementId}`],
    detail: { requestId: randomUUID(), catalog: 'AWSMarketplace', ...detail },
  }
}

function termsOf(purchase: Purchase, intent: Purchase['intent'] | 'AMEND'): object {
  const { agreementId, agreementStatus, acceptedAt, startsAt, endsAt } = purchase
  return {
    id: agreementId,
    intent,
    status: agreementStatus,
    acceptanceTime: seconds(acceptedAt),
    startTime: seconds(startsAt),
    endTime: seconds(endsAt),
  }
}

function partiesOf(purchase: Purchase): object {
  return {
    acceptor: { accountId: purchase.awsAccountId },
    proposer: { accountId: proposerOf(purchase) },
    offer: { id: purchase.offerId },
  }
}

export function productOf({ product }: Purchase): object {
  return { id: product.id, title: product.title }
}

function spelled({ licenseArn, options }: Purchase): string {
  return options.licenseSpelling === 'arn' ? licenseArn : licenseArn.replace(/^arn:/, '').replace(':license:', ':')
}

/** EventBridge has whole seconds. */
export function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}
