import type { Agreement, Entitlement } from './agreement.ts'
import type { AwsEvent } from './aws-event.ts'
import { isOurs } from './seller.ts'
import { createApply, type Applied, type ApplyDeps, type Input, type SubscriptionChange } from './subscription-apply.ts'
import { afterEmptyAnswer, afterFailure, noRepeat } from './subscription-checks.ts'
import type { Check, NextCheck } from './subscription-rows.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'

/** The result for an AWS Marketplace event. */
export type Received =
  | { readonly outcome: 'applied'; readonly changes: readonly SubscriptionChange[] }
  /** Already stored. */
  | { readonly outcome: 'repeated' }
  /** Stored without a change. */
  | { readonly outcome: 'kept' }
  /** Stored; its product is not configured. */
  | { readonly outcome: 'foreign' }
  /** From another AWS account than the queue's. Not stored. */
  | { readonly outcome: 'other-account' }

type Changes = readonly SubscriptionChange[]

/** The operations on subscriptions. Each is one transaction, returns what changed, and rejects with an `AppError`. */
export type Subscriptions = {
  readonly receive: (event: AwsEvent) => Promise<Received>
  /**
   * Stores the result of a claimed check; null if AWS found no agreement. A status other than ACTIVE is ignored, because it comes
   * from events, or from reconciling if events were lost.
   */
  readonly takeAgreement: (check: Check, agreement: Agreement | null) => Promise<Changes>
  readonly takeEntitlements: (check: Check, entitlements: readonly Entitlement[]) => Promise<Changes>
  /** Reschedules a failed check. A pending update notification no longer waits for it. */
  readonly takeFailure: (check: Check) => Promise<Changes>
  /** Stores an agreement that reconciling found. */
  readonly reconcile: (agreement: Agreement) => Promise<Changes>
  /** Requests one check of the entitlements of every active subscription. */
  readonly recheckEntitlements: () => Promise<void>
  /** Applies the stored events of agreements whose product was added to the configuration. */
  readonly adopt: () => Promise<{ readonly agreements: number; readonly changes: Changes }>
}

type SubscriptionsDeps = ApplyDeps & { readonly transaction: Transaction }

const adoptedAtOnce = 20

export function createSubscriptions({ transaction, ...deps }: SubscriptionsDeps): Subscriptions {
  const { seller, now } = deps
  const apply = createApply(deps)
  return {
    receive: (event) =>
      event.account === seller.accountId
        ? oneAtATime((unit) => receive(unit, event))
        : Promise.resolve({ outcome: 'other-account' }),
    takeAgreement: (check, agreement) => oneAtATime((unit) => takeAgreement(unit, check, agreement)),
    takeEntitlements: (check, entitlements) =>
      oneAtATime((unit) => {
        const next = entitlements.length === 0 ? afterEmptyAnswer(check, now()) : null
        return endCheck(unit, check, { next, learned: { entitlements } })
      }),
    takeFailure: (check) =>
      oneAtATime((unit) => endCheck(unit, check, { next: afterFailure(check, now()), learned: {} })),
    reconcile: (agreement) => oneAtATime((unit) => apply(unit, agreement.agreementId, { agreement }).then(changesOf)),
    recheckEntitlements: () => transaction((unit) => unit.subscriptions.requestEntitlements(noRepeat)),
    adopt: () => oneAtATime(adopt),
  }

  /**
   * Only one writer at a time, on all instances. A renewal depends on the buyer's other subscriptions, so transactions on two
   * agreements can depend on each other. Events are rare.
   */
  function oneAtATime<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    return transaction(async (unit) => {
      await unit.lock('subscriptions')
      return work(unit)
    })
  }

  async function receive(unit: UnitOfWork, event: AwsEvent): Promise<Received> {
    const { agreementId, kind } = event.facts
    const isForeign = isOurs(event.facts, seller) === false
    if (!(await unit.awsEvents.insert(event, { isForeign }))) return { outcome: 'repeated' }
    if (agreementId === null || kind === 'other') return { outcome: isForeign ? 'foreign' : 'kept' }
    const applied = await apply(unit, agreementId, { event: event.facts })
    if (applied === 'foreign') return { outcome: 'foreign' }
    return applied.length > 0 ? { outcome: 'applied', changes: applied } : { outcome: 'kept' }
  }

  async function takeAgreement(unit: UnitOfWork, check: Check, answer: Agreement | null): Promise<Changes> {
    const learned = answer?.status === 'ACTIVE' ? { agreement: answer } : {}
    const changes = await endCheck(unit, check, { next: null, learned })
    const subscription = await unit.subscriptions.find(check.agreementId)
    const next = afterEmptyAnswer(check, now())
    if (next !== null && subscription?.state === 'pending' && subscription.licenseId !== null)
      await unit.subscriptions.requestCheck(check.agreementId, 'agreement', next)
    return changes
  }

  async function endCheck(unit: UnitOfWork, check: Check, { next, learned }: Ended): Promise<Changes> {
    await unit.subscriptions.finishCheck(check, next)
    const isChecked = !(await unit.subscriptions.isChecking(check.agreementId))
    return changesOf(await apply(unit, check.agreementId, { ...learned, isChecked }))
  }

  async function adopt(unit: UnitOfWork) {
    const found = await unit.awsEvents.findForeign(seller.listings, adoptedAtOnce)
    const changes: SubscriptionChange[] = []
    for (const agreementId of found) {
      await unit.awsEvents.markAsOurs(agreementId)
      changes.push(...changesOf(await apply(unit, agreementId, { isAdopted: true })))
    }
    return { agreements: found.length, changes }
  }
}

type Ended = { readonly next: NextCheck | null; readonly learned: Input }

function changesOf(applied: Applied): Changes {
  return applied === 'foreign' ? [] : applied
}
