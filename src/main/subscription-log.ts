import type { Consumed, Seen } from '../domain/consumed.ts'
import type { SubscriptionChange } from '../domain/subscription-apply.ts'

export type SubscriptionLog = Readonly<Record<'info' | 'warn', (fields: object, message: string) => void>>

const hints = {
  otherAccount:
    'EVENTS_QUEUE_URL must be a queue of the account that published the products. The message stays in the queue until SQS ' +
    'moves it to the dead-letter queue',
  unreadable:
    'The rule that fills the queue must match the source aws.agreement-marketplace and send the whole event. The message stays ' +
    'in the queue until SQS moves it to the dead-letter queue',
} as const

/** Logs events of AWS Marketplace and the changes that they cause. */
export function logSubscriptions(log: SubscriptionLog) {
  return {
    consumed: ({ id, detailType, time }: Seen, consumed: Consumed): void => {
      const event = { awsEventId: id ?? undefined, detailType: detailType ?? undefined, eventTime: time ?? undefined }
      switch (consumed.outcome) {
        case 'applied':
          return
        case 'repeated':
          log.info(event, 'event of AWS Marketplace received again')
          return
        case 'kept':
          log.info(event, 'event of AWS Marketplace stored, nothing changes')
          return
        case 'foreign':
          log.info(event, 'event of AWS Marketplace stored, its product is not configured')
          return
        case 'other-account':
          log.warn({ ...event, hint: hints.otherAccount }, 'event of another AWS account left in the queue')
          return
        case 'unreadable':
          log.warn({ hint: hints.unreadable }, 'message left in the queue, it is not an event of AWS Marketplace')
          return
        case 'failed':
          log.warn(
            { ...event, cause: String(consumed.error) },
            'event of AWS Marketplace not stored, it will be received again',
          )
      }
    },
    changed: ({ subscription, previousState, registration, notifications }: SubscriptionChange): void => {
      const { agreementId, licenseArn, productCode, awsAccountId, state } = subscription
      if (state === previousState && notifications.length === 0) return
      log.info(
        {
          event: 'subscription.changed',
          agreementId,
          licenseArn,
          productCode,
          customerAwsAccountId: awsAccountId,
          state,
          previousState,
          reference: registration?.reference,
          registrationId: registration?.id,
          notifications,
        },
        'subscription changed',
      )
    },
  }
}
