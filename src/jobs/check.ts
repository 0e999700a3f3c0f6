import type { Agreement, GetEntitlements, SearchAgreements } from '../domain/agreement.ts'
import type { SubscriptionChange } from '../domain/subscription-apply.ts'
import type { Check, StoredSubscription } from '../domain/subscription-rows.ts'
import type { Subscriptions } from '../domain/subscriptions.ts'
import type { Query } from '../domain/unit-of-work.ts'
import type { Job } from './runner.ts'

type CheckDeps = {
  readonly query: Query
  readonly subscriptions: Pick<Subscriptions, 'takeAgreement' | 'takeEntitlements' | 'takeFailure'>
  readonly searchAgreements: SearchAgreements
  readonly getEntitlements: GetEntitlements
  readonly onChange: (change: SubscriptionChange) => void
}

type Changes = readonly SubscriptionChange[]

/** Checks with AWS whether agreements are active. */
export function checkAgreementsJob(deps: CheckDeps): Job {
  const { subscriptions, searchAgreements } = deps
  return checkJob('agreement', deps, async (check, { licenseArn }) => {
    const agreement = licenseArn === null ? null : await find(searchAgreements({ licenseArn }), check.agreementId)
    return subscriptions.takeAgreement(check, agreement)
  })
}

/** Reads the entitlements of licenses from AWS. */
export function checkEntitlementsJob(deps: CheckDeps): Job {
  const { subscriptions, getEntitlements } = deps
  return checkJob('entitlements', deps, async (check, { productCode, licenseArn }) => {
    const isComplete = productCode !== null && licenseArn !== null
    return subscriptions.takeEntitlements(check, isComplete ? await getEntitlements(productCode, licenseArn) : [])
  })
}

async function find(pages: AsyncIterable<readonly Agreement[]>, agreementId: string): Promise<Agreement | null> {
  for await (const page of pages) {
    const found = page.find((agreement) => agreement.agreementId === agreementId)
    if (found !== undefined) return found
  }
  return null
}

/** Runs the checks that are due, one after another. */
function checkJob(
  kind: Check['kind'],
  { query, subscriptions, onChange }: CheckDeps,
  run: (check: Check, subscription: StoredSubscription) => Promise<Changes>,
): Job {
  async function runOne(check: Check): Promise<Changes> {
    const subscription = await query((rows) => rows.subscriptions.find(check.agreementId))
    return subscription === null ? [] : run(check, subscription)
  }

  return {
    name: `check-${kind}`,
    pauseMs: 1_000,
    run: async (signal) => {
      while (!signal.aborted) {
        const check = await query((rows) => rows.subscriptions.claimCheck(kind))
        if (check === null) return
        const changes = await runOne(check).catch(async (error: unknown) => {
          for (const change of await subscriptions.takeFailure(check)) onChange(change)
          throw error
        })
        for (const change of changes) onChange(change)
      }
    },
  }
}
