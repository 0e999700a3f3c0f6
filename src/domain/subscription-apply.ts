import { isDeepStrictEqual } from 'node:util'
import type { Agreement, Entitlement } from './agreement.ts'
import type { AwsEventFacts } from './aws-event.ts'
import type { NotificationType } from './notification.ts'
import type { Notify } from './notify.ts'
import type { Products } from './product.ts'
import type { Registration } from './registration.ts'
import { isOurs, type Seller } from './seller.ts'
import { chainsOf, type Link } from './subscription-chain.ts'
import { requestChecks } from './subscription-checks.ts'
import { isSame, notificationsFor, notNotified } from './subscription-notifications.ts'
import { createWriteReport } from './subscription-report.ts'
import type { StoredSubscription } from './subscription-rows.ts'
import type { SubscriptionState } from './subscription-state.ts'
import { subscriptionOf, type Subscription } from './subscription.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** A subscription that changed or that the seller is notified of. */
export type SubscriptionChange = {
  readonly type: 'subscription.changed'
  readonly subscription: StoredSubscription
  /** Null for a new one. */
  readonly previousState: SubscriptionState | null
  readonly registration: Registration | null
  readonly notifications: readonly NotificationType[]
}

/** New facts about an agreement. */
export type Input = {
  readonly event?: AwsEventFacts
  readonly agreement?: Agreement
  /** If AWS returned none, the known ones are kept. */
  readonly entitlements?: readonly Entitlement[] | undefined
  /** True if the update notification no longer waits for a check. */
  readonly isChecked?: boolean
  /** True if the product of stored events was added to the configuration. */
  readonly isAdopted?: boolean
}

/** `foreign`: the agreement is for a product that does not register here. */
export type Applied = readonly SubscriptionChange[] | 'foreign'

/**
 * Recomputes and stores the subscription of an agreement and writes the notifications that are due. Requires the lock on all
 * subscriptions. The changes may include other agreements of the same buyer.
 */
type Apply = (unit: UnitOfWork, agreementId: string, input: Input) => Promise<Applied>

export type ApplyDeps = {
  readonly notify: Notify
  readonly products: Pick<Products, 'find'>
  readonly seller: Seller
  readonly now: () => Date
}

export function createApply({ notify, products, seller, now }: ApplyDeps): Apply {
  const writeReport = createWriteReport(notify, products)
  return apply

  async function apply(unit: UnitOfWork, agreementId: string, input: Input): Promise<Applied> {
    const at = now()
    const before = await unit.subscriptions.find(agreementId)
    const events = await unit.awsEvents.of(agreementId)
    const answer = input.agreement === undefined ? (before?.answer ?? null) : { agreement: input.agreement, at }
    const entitlements = input.entitlements?.length ? input.entitlements : (before?.entitlements ?? null)
    const alone = subscriptionOf({ agreementId, events, answer, entitlements, before }, seller, at)
    if (alone === null) return []
    const ours = isOurs(alone, seller)
    if (ours === false) {
      // Delete a row that was written before its product was known. Keep a row whose product left the configuration.
      if (before?.productCode === null) await unit.subscriptions.remove(agreementId)
      return 'foreign'
    }

    const { subscription, outdated } = await linked(unit, alone)
    const registration = await unit.registrations.findBySubscription(subscription)
    const { types, memory } =
      ours === null
        ? { types: [], memory: before ?? notNotified }
        : notificationsFor(before, subscription, {
            isUpdateEvent: isUpdate(input.event, events, !isSame(before, subscription)),
            isChecked: input.isChecked === true,
            isWatched: events.length > 0 || registration !== null,
          })
    const { notifiedState, notifiedAdvisoryAt, updateDue } = memory
    const after: StoredSubscription = {
      ...subscription,
      answer,
      notifiedState,
      notifiedAdvisoryAt,
      updateDue,
      checkedAt: input.agreement === undefined ? (before?.checkedAt ?? null) : at,
      updatedAt: before?.updatedAt ?? at,
    }
    const hasChanged = before === null || !isDeepStrictEqual(contentOf(before), contentOf(after))
    const stored = hasChanged ? { ...after, updatedAt: at } : after
    await unit.subscriptions.save(stored)
    const notices = ours === null ? [] : await unit.awsEvents.takeNotices(agreementId)
    await writeReport(unit, {
      subscription: stored,
      types,
      notices,
      at,
      registrationId: registration?.id ?? null,
    })
    await requestChecks(unit, stored, {
      at,
      isNamed: input.isAdopted === true || isNaming(input.event),
      isNew: notifiedState === 'active' && (before?.notifiedState ?? null) === null,
      isUpdate: updateDue && input.event !== undefined,
    })

    const notifications = [...types, ...notices.map(() => 'subscription.notice' as const)]
    const change: SubscriptionChange = {
      type: 'subscription.changed',
      subscription: stored,
      registration,
      notifications,
      previousState: before?.state ?? null,
    }
    const changes = hasChanged || notifications.length > 0 ? [change] : []
    for (const other of outdated) {
      const applied = await apply(unit, other, {})
      if (applied !== 'foreign') changes.push(...applied)
    }
    return changes
  }
}

/** Links the subscription to the agreement that it continues, and updates the links of the buyer's other agreements. */
async function linked({ subscriptions }: UnitOfWork, alone: Subscription) {
  const { agreementId, awsAccountId } = alone
  const account = awsAccountId === null ? [] : await subscriptions.ofAccount(awsAccountId)
  const others = account.filter((other) => other.agreementId !== agreementId)
  const links = chainsOf([alone, ...others])
  const isOutdated = (other: Subscription) => !isDeepStrictEqual(links.get(other.agreementId), linkOf(other))
  return {
    subscription: { ...alone, ...links.get(agreementId) },
    outdated: others.filter(isOutdated).map((other) => other.agreementId),
  }
}

function linkOf({ previousAgreementId, initialAgreementId }: Subscription): Link {
  return { previousAgreementId, initialAgreementId }
}

function isNaming(event: AwsEventFacts | undefined): boolean {
  return event?.kind === 'license-updated' || event?.kind === 'amended'
}

/** License Updated reports a change; AWS must be checked for its details. */
function isUpdate(event: AwsEventFacts | undefined, events: readonly AwsEventFacts[], hasChanged: boolean): boolean {
  if (event?.kind === 'amended') return hasChanged
  if (event?.kind !== 'license-updated') return false
  return events.every(({ kind, time }) => kind !== 'license-updated' || time <= event.time)
}

function contentOf(subscription: StoredSubscription): object {
  return { ...subscription, answer: null, checkedAt: null, updatedAt: null }
}
