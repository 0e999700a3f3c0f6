import { randomId } from '../tokens/customer.ts'
import { agreementEvent, type EventBody, productOf, seconds } from './event-bodies.ts'
import type { Purchase } from './purchase.ts'

export const noticeNames = [
  'renewal-upcoming',
  'ending',
  'cancellation-request',
  'billing-adjustment',
  'spend-threshold',
] as const

export type Notice = (typeof noticeNames)[number]

type Make = (purchase: Purchase, now: number) => readonly [type: string, detail: EventBody['detail']]

const dayMs = 24 * 3_600_000

/**
 * Events that change nothing about a purchase. Their fields follow AWS's examples:
 * https://docs.aws.amazon.com/marketplace/latest/userguide/notifications-eventbridge.html
 */
const makers: Readonly<Record<Notice, Make>> = {
  'renewal-upcoming': (purchase) => [
    'Purchase Agreement Renewal Upcoming',
    {
      agreement: datesOf(purchase),
      renewalSummary: { lockoutReached: true, tcv: '1200.00', currency: 'USD' },
      product: productOf(purchase),
      acceptor: { accountId: purchase.awsAccountId },
    },
  ],
  ending: (purchase, now) => [
    'Purchase Agreement Ending',
    {
      agreement: {
        ...datesOf(purchase),
        status: purchase.agreementStatus,
        daysBeforeEndTime: Math.max(0, Math.ceil((purchase.endsAt - now) / dayMs)),
        autoRenewalEnabled: purchase.autoRenewal,
      },
      product: productOf(purchase),
      acceptor: { accountId: purchase.awsAccountId },
      offer: { id: purchase.offerId },
    },
  ],
  'cancellation-request': ({ agreementId, awsAccountId, product, offerId }, now) => [
    'Agreement Cancellation Request Pending Approval',
    {
      agreement: { id: agreementId, acceptorId: awsAccountId, productId: product.id, offerId },
      agreementCancellationRequest: {
        id: `acr-${randomId(13)}`,
        reasonCode: 'INCORRECT_TERMS_ACCEPTED',
        reasonMessage: '',
        statusCode: 'PENDING_APPROVAL',
        statusMessage: '',
        createdAt: seconds(now),
        updatedAt: seconds(now),
      },
    },
  ],
  'billing-adjustment': ({ agreementId }) => [
    'Purchase Agreement Billing Adjustment Completed',
    {
      agreement: { id: agreementId },
      billingAdjustmentRequest: {
        id: `ba-${randomId(13)}`,
        adjustmentAmount: '-100.00',
        currencyCode: 'USD',
        adjustmentReasonCode: 'INCORRECT_TERMS_ACCEPTED',
      },
      invoice: { originalInvoiceId: '2028746221' },
    },
  ],
  'spend-threshold': (purchase) => [
    'Spend Threshold Reached',
    {
      agreement: { id: purchase.agreementId },
      product: productOf(purchase),
      acceptor: { accountId: purchase.awsAccountId },
      spendThreshold: { amount: '1000.00', currencyCode: 'USD' },
    },
  ],
}

export function noticeEvent(purchase: Purchase, now: number, notice: Notice): EventBody {
  const [type, detail] = makers[notice](purchase, now)
  return agreementEvent(purchase, now, type, detail)
}

function datesOf({ agreementId, startsAt, endsAt }: Purchase): object {
  return { id: agreementId, startTime: seconds(startsAt), endTime: seconds(endsAt) }
}
