import type { WholeRegistration } from '../../domain/console-registration.ts'
import type { ShownDelivery } from '../../domain/console-deliveries.ts'
import { licenseIdOf } from '../../domain/license.ts'
import type { Products } from '../../domain/product.ts'
import { eventWords, stateWords } from './delivery-words.ts'
import { noticeOf } from './notices.ts'
import type { ConsolePage } from './page.ts'
import { registrationPath } from './paths.ts'
import {
  accessFacts,
  answerFacts,
  changeLines,
  contactFacts,
  handoffFacts,
  purchaseFacts,
  subscriptionFacts,
} from './registration-facts.ts'
import { standingOf } from './standing.ts'
import { when } from './words.ts'

type RegistrationPageInput = WholeRegistration & {
  readonly products: Products
  readonly followsSubscriptions: boolean
  /** The notice about the last action; empty if there is none. */
  readonly done: string
  readonly now: Date
}

/** The page of a registration, in the order that support staff need. */
export function registrationPage(input: RegistrationPageInput): ConsolePage {
  const { registration, subscription, deliveries, history, products, followsSubscriptions, done, now } = input
  const { contact, reference, awsAccountId, licenseArn, status, readyAt, landedAt } = registration
  const hasEnded = subscription?.state === 'ended'
  const isEnding = subscription?.state === 'ending'
  // A renewal starts later, but the promise counts from the start of the buyer's own subscription.
  const isOwn = licenseArn !== null && subscription?.licenseId === licenseIdOf(licenseArn)
  const startsAt = isOwn ? subscription.startsAt : null
  const here = registrationPath(reference)
  const isErased = status === 'registered' && contact === null
  return {
    name: 'console-registration',
    status: 200,
    template: 'registration',
    model: {
      title: contact?.company ?? `AWS account ${awsAccountId}`,
      reference,
      notice: noticeOf(done),
      standing: standingOf({ ...registration, hasEnded, isEnding, startsAt }, products, now),
      actions: [
        ...(status === 'registered'
          ? [
              {
                href: `${here}/ready`,
                text: readyAt === null ? 'Mark as ready' : 'Change link or message',
                isMain: readyAt === null,
              },
            ]
          : []),
        { href: `${here}/resend`, text: 'Send again', isMain: false },
        { href: `${here}/erase`, text: 'Erase contact details', isMain: false },
      ],
      contact: {
        facts: contactFacts(registration),
        none: isErased ? 'The contact details were erased.' : 'The buyer has not sent the form.',
      },
      answers: answerFacts(registration, products),
      access: [...accessFacts(registration), ...handoffFacts(input)],
      purchase: purchaseFacts(registration, products),
      subscription: {
        facts: subscription === null ? [] : subscriptionFacts(subscription),
        none: followsSubscriptions ? 'No information from AWS yet.' : 'Subscriptions are not followed.',
      },
      deliveries: deliveries.map((delivery) => deliveryRow(delivery, here)),
      history: [
        { what: 'Landed for the first time', who: 'buyer', time: when(landedAt), changes: [] },
        ...history.map((entry) => ({
          what: eventWords[entry.type],
          who: entry.actor,
          time: when(new Date(entry.occurredAt)),
          changes: changeLines(entry, registration),
        })),
      ].toReversed(),
    },
  }
}

export function deliveryRow(delivery: ShownDelivery, here: string) {
  const { id, type, state } = delivery
  return {
    title: `${eventWords[type]}: ${receiverWords(delivery)}`,
    state,
    text: stateWords(delivery),
    since: when(delivery.createdAt),
    retry: state === 'sent' ? null : { href: `${here}/deliveries/${id}/retry`, text: 'Try again now' },
  }
}

function receiverWords({ receiver, audience, recipient }: ShownDelivery): string {
  if (receiver === 'webhook') return 'webhook'
  const whom = audience === 'buyer' ? 'mail to the buyer' : 'mail to you'
  return recipient === null ? whom : `${whom}, ${recipient}`
}
