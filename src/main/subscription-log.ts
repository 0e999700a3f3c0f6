import type { Consumed, Seen } from '../domain/consumed.ts'
import type { SubscriptionChange } from '../domain/subscriptions.ts'

export type SubscriptionLog = Readonly<Record<'info' | 'warn', (fields: object, message: string) => void>>

const leftHint =
  'It stays in the queue, and then goes to its dead-letter queue. If it is of a product that registers here, add its code to PRODUCT_CODES'

/** Tells the log of events of AWS and of what follows from them. */
export function logSubscriptions(log: SubscriptionLog) {
  return {
    consumed: ({ id, detailType, time }: Seen, consumed: Consumed): void => {
      const known = { awsEventId: id ?? undefined, detailType: detailType ?? undefined, eventTime: time ?? undefined }
      switch (consumed.outcome) {
        case 'applied':
          return
        case 'repeated':
          log.info(known, 'event of AWS Marketplace came again')
          return
        case 'kept':
          log.info(known, 'event of AWS Marketplace kept')
          return
        case 'foreign':
          log.warn({ ...known, hint: leftHint }, 'event of another account or product')
          return
        case 'unreadable':
          log.warn({ hint: leftHint }, 'message is no event of AWS Marketplace')
          return
        case 'failed':
          log.warn({ ...known, cause: String(consumed.error) }, 'event of AWS Marketplace not stored, comes again')
      }
    },
    changed: ({ subscription, previousState, registration, news }: SubscriptionChange): void => {
      const { agreementId, licenseArn, productCode, awsAccountId, state } = subscription
      // Most answers and repetitions say what is known.
      if (state === previousState && news.length === 0) return
      log.info(
        {
          event: 'subscription.changed',
          ...{ agreementId, licenseArn, productCode, customerAwsAccountId: awsAccountId, state, previousState },
          ...{ reference: registration?.reference, registrationId: registration?.id, told: news },
        },
        'subscription changed',
      )
    },
  }
}
