import { randomUUID } from 'node:crypto'
import { partnerAccount, type Purchase, sellerAccount } from './purchase.ts'

/** An event as EventBridge hands it on. */
export type Envelope = {
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

export function created(purchase: Purchase, now: number): Envelope {
  const { agreementId, intent, acceptedAt, startsAt, endsAt, previousAgreementId, offerId } = purchase
  return agreementEvent(purchase, now, 'Purchase Agreement Created', {
    agreement: {
      id: agreementId,
      intent,
      status: 'ACTIVE',
      acceptanceTime: seconds(acceptedAt),
      startTime: seconds(startsAt),
      endTime: seconds(endsAt),
      ...(previousAgreementId !== null && { previousAgreementId }),
    },
    ...(intent === 'RENEW' && { product: productOf(purchase) }),
    ...partiesOf(purchase),
    offer: { id: offerId },
  })
}

export function amended(purchase: Purchase, now: number): Envelope {
  return agreementEvent(purchase, now, 'Purchase Agreement Amended', {
    agreement: { id: purchase.agreementId, intent: 'AMEND', autoRenewalEnabled: 'true' },
    product: productOf(purchase),
  })
}

export function ended(purchase: Purchase, now: number): Envelope {
  return agreementEvent(purchase, now, 'Purchase Agreement Ended', {
    agreement: { id: purchase.agreementId, status: purchase.agreementStatus },
  })
}

export function advisory(purchase: Purchase, now: number, what: 'Issued' | 'Resolved'): Envelope {
  return agreementEvent(purchase, now, `Purchase Agreement Advisory ${what}`, {
    agreement: { id: purchase.agreementId },
    acceptor: { accountId: purchase.awsAccountId },
  })
}

export function licenseEvent(purchase: Purchase, now: number, what: 'Updated' | 'Deprovisioned'): Envelope {
  const { agreementId, productCode, productId, offerId } = purchase
  // The license concerns the maker of the software, whoever sold it.
  return envelope(purchase, now, `License ${what} - Manufacturer`, {
    agreement: { id: agreementId },
    product: { code: productCode, id: productId },
    license: { [purchase.options.licenseKey]: spelled(purchase) },
    ...partiesOf(purchase),
    offer: { id: offerId },
  })
}

function agreementEvent(purchase: Purchase, now: number, type: string, detail: Envelope['detail']): Envelope {
  // A seller who is both maker and proposer gets only the Proposer form.
  return envelope(purchase, now, `${type} - ${purchase.options.channelPartner ? 'Manufacturer' : 'Proposer'}`, detail)
}

function envelope(purchase: Purchase, now: number, detailType: string, detail: Envelope['detail']): Envelope {
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

function partiesOf(purchase: Purchase): object {
  return { acceptor: { accountId: purchase.awsAccountId }, proposer: { accountId: proposerOf(purchase) } }
}

function productOf({ productId }: Purchase): object {
  return { id: productId, title: 'Example Analytics' }
}

function spelled({ licenseArn, options }: Purchase): string {
  return options.licenseSpelling === 'arn' ? licenseArn : licenseArn.replace(/^arn:/, '').replace(':license:', ':')
}

// EventBridge has whole seconds.
function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}
