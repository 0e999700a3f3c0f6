import type { Notify } from './notify.ts'
import { registrationData, type NotificationType } from './notification.ts'
import { readAwsEvent, type AwsEvent } from './aws-event.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'
import type { Products } from './product.ts'
import type { Registration } from './registration.ts'
import { newsOf, nothingHeard, toldAfter } from './subscription-news.ts'
import type { Agreement, Entitlement } from './agreement.ts'
import type { StoredSubscription } from './subscription-ports.ts'
import { lastAsk, nextAsk, setAsks } from './subscription-asks.ts'
import { isOurs, subscriptionOf, type Seller, type SubscriptionState } from './subscription.ts'
import { subscriptionData } from './subscription-data.ts'

/** Something became known of a subscription. */
export type SubscriptionChange = {
  readonly type: 'subscription.changed'
  readonly subscription: StoredSubscription
  /** Null for a new one. */
  readonly previousState: SubscriptionState | null
  readonly registration: Registration | null
  /** What the seller is told of it. */
  readonly news: readonly NotificationType[]
}

/** What became of an event of AWS. */
export type Received =
  | { readonly outcome: 'applied'; readonly change: SubscriptionChange | null }
  /** Stored before. */
  | { readonly outcome: 'repeated' }
  /** Nothing follows from an event of its type. */
  | { readonly outcome: 'kept' }
  /** Of another account or product: neither stored nor applied. */
  | { readonly outcome: 'foreign' }

/** What is done with subscriptions, each in one transaction. Every method rejects with an `AppError`. */
export type Subscriptions = {
  readonly receive: (event: AwsEvent) => Promise<Received>
  /**
   * Takes AWS's answer after so many that were of no use; null where AWS knew of no such agreement. What is not active is told by
   * its events, or by reconciling where they were lost.
   */
  readonly takeAnswer: (
    agreementId: string,
    answer: Agreement | null,
    tries: number,
  ) => Promise<SubscriptionChange | null>
  readonly takeEntitlements: (
    agreementId: string,
    entitlements: readonly Entitlement[],
    tries: number,
  ) => Promise<SubscriptionChange | null>
  /** Takes an agreement as AWS lists it, whatever was known of it. */
  readonly reconcile: (agreement: Agreement) => Promise<SubscriptionChange | null>
}

export type SubscriptionsDeps = {
  readonly transaction: Transaction
  readonly notify: Notify
  readonly products: Pick<Products, 'find'>
  readonly seller: Seller
  readonly now: () => Date
}

type Input = {
  readonly licenseUpdated?: boolean
  readonly agreement?: Agreement
  readonly entitlements?: readonly Entitlement[]
}

export function createSubscriptions({ transaction, notify, products, seller, now }: SubscriptionsDeps): Subscriptions {
  return {
    receive: (event) => transaction((unit) => receive(unit, event)),
    takeAnswer: (agreementId, answer, tries) =>
      transaction(async (unit) => {
        const change = await apply(unit, agreementId, answer?.status === 'ACTIVE' ? { agreement: answer } : {})
        if (change?.subscription.state === 'pending') {
          const ask = change.subscription.licenseId === null ? null : nextAsk(tries, now())
          await unit.subscriptions.finishAsk(agreementId, 'agreement', ask)
        }
        return change
      }),
    takeEntitlements: (agreementId, entitlements, tries) =>
      transaction(async (unit) => {
        const change = await apply(unit, agreementId, { entitlements })
        const ask = entitlements.length === 0 ? nextAsk(tries, now()) : null
        await unit.subscriptions.finishAsk(agreementId, 'entitlements', ask)
        return change
      }),
    reconcile: (agreement) =>
      transaction(async (unit) => {
        const { agreementId } = agreement
        const change = await apply(unit, agreementId, { agreement })
        const { subscription, news } = change ?? {}
        if (subscription?.state === 'active' && subscription.entitlements === null && news?.length === 0)
          await unit.subscriptions.setAsk(agreementId, 'entitlements', lastAsk(now()))
        return change
      }),
  }

  async function receive(unit: UnitOfWork, event: AwsEvent): Promise<Received> {
    const { kind, agreementId, productCode, productId } = readAwsEvent(event)
    if (agreementId !== null) await unit.lock(`agreement ${agreementId}`)
    if (event.account !== seller.accountId) return { outcome: 'foreign' }
    if (isOurs({ productCode, productId }, seller) === false) {
      if (agreementId !== null && (await unit.subscriptions.find(agreementId))?.licenseId === null)
        await forget(unit, agreementId)
      return { outcome: 'foreign' }
    }
    if (!(await unit.awsEvents.insert(event, agreementId))) return { outcome: 'repeated' }
    if (kind === 'other' || agreementId === null) return { outcome: 'kept' }
    return {
      outcome: 'applied',
      change: await apply(unit, agreementId, { licenseUpdated: kind === 'license-updated' }),
    }
  }

  /** Brings the row to what is now known, and tells what is new. Null where there is no row to tell of. */
  async function apply(unit: UnitOfWork, agreementId: string, input: Input): Promise<SubscriptionChange | null> {
    await unit.lock(`agreement ${agreementId}`)
    const at = now()
    const before = await unit.subscriptions.find(agreementId)
    const events = (await unit.awsEvents.of(agreementId)).map(readAwsEvent)
    const answer = input.agreement === undefined ? (before?.answer ?? null) : { agreement: input.agreement, at }
    const { entitlements = [] } = input
    const known = {
      ...{ agreementId, events, answer, activatedAt: before?.activatedAt ?? null },
      entitlements: entitlements.length > 0 ? entitlements : (before?.entitlements ?? null),
    }
    const subscription = subscriptionOf(known, seller, at)
    if (subscription === null) return null
    const ours = isOurs(subscription, seller)
    if (ours === false) {
      await forget(unit, agreementId)
      return null
    }

    const registration = await unit.registrations.findBySubscription(subscription)
    const heard = before ?? nothingHeard
    const circumstances = {
      entitlementsAsked: input.entitlements !== undefined,
      isWatched: events.length > 0 || registration !== null,
    }
    const news = ours === true ? newsOf(heard, subscription, circumstances) : []
    const isLaterUpdate = input.licenseUpdated === true && heard.told === 'active' && subscription.state === 'active'
    const after: StoredSubscription = {
      ...subscription,
      answer,
      checkedAt: input.agreement === undefined ? (before?.checkedAt ?? null) : at,
      updatedAt: at,
      told: toldAfter(heard.told, news),
      toldAdvisoryAt: news.includes('subscription.advisory') ? subscription.advisoryAt : heard.toldAdvisoryAt,
      owesUpdate: isLaterUpdate || (heard.owesUpdate && !news.includes('subscription.updated')),
    }
    await unit.subscriptions.save(after)
    const data = {
      subscription: subscriptionData(after),
      registration: registration === null ? null : registrationData(registration, products),
    }
    for (const type of news) {
      const registrationId = registration?.id ?? null
      await notify(unit, { type, at, registrationId, actor: 'system', data })
    }
    const isNew = heard.told === null && after.told === 'active'
    await setAsks(unit, after, { ...{ isNew, isLaterUpdate, at }, licenseUpdated: input.licenseUpdated === true })
    return {
      type: 'subscription.changed',
      subscription: after,
      previousState: before?.state ?? null,
      registration,
      news,
    }
  }
}

/** The product of this agreement is not ours: what was stored of it while nobody knew goes. */
async function forget({ subscriptions, awsEvents }: UnitOfWork, agreementId: string): Promise<void> {
  await subscriptions.remove(agreementId)
  await awsEvents.removeOf(agreementId)
}
