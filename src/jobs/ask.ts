import type { Query } from '../domain/unit-of-work.ts'
import type { GetEntitlements, Question, SearchAgreements, StoredSubscription } from '../domain/subscription-ports.ts'
import type { SubscriptionChange, Subscriptions } from '../domain/subscriptions.ts'
import type { Job } from './runner.ts'

export type AskDeps = {
  readonly query: Query
  readonly subscriptions: Pick<Subscriptions, 'takeAnswer' | 'takeEntitlements'>
  readonly searchAgreements: SearchAgreements
  readonly getEntitlements: GetEntitlements
  readonly onChange: (change: SubscriptionChange) => void
  readonly now: () => Date
}

/** Asks AWS whether agreements are active. */
export function askAgreementsJob({ query, subscriptions, searchAgreements, onChange, now }: AskDeps): Job {
  return askJob('agreement', { query, onChange, now }, async ({ agreementId, licenseArn }, tries) => {
    const found = licenseArn === null ? [] : await searchAgreements({ licenseArn })
    const answer = found.find((agreement) => agreement.agreementId === agreementId) ?? null
    return subscriptions.takeAnswer(agreementId, answer, tries)
  })
}

/** Asks AWS what was bought. */
export function askEntitlementsJob({ query, subscriptions, getEntitlements, onChange, now }: AskDeps): Job {
  return askJob('entitlements', { query, onChange, now }, async ({ agreementId, productCode, licenseArn }, tries) => {
    if (productCode === null || licenseArn === null) return null
    return subscriptions.takeEntitlements(agreementId, await getEntitlements(productCode, licenseArn), tries)
  })
}

const longestPauseMs = 15_000

/** Answers open questions one after the other. One that fails is repeated after 1, 2, 4 and up to 15 seconds. */
function askJob(
  question: Question,
  { query, onChange, now }: Pick<AskDeps, 'query' | 'onChange' | 'now'>,
  ask: (subscription: StoredSubscription, tries: number) => Promise<SubscriptionChange | null>,
): Job {
  const failures = new Map<string, number>()

  async function answer(agreementId: string, tries: number): Promise<void> {
    const subscription = await query((unit) => unit.subscriptions.find(agreementId))
    const change = subscription === null ? null : await ask(subscription, tries)
    failures.delete(agreementId)
    if (change !== null) onChange(change)
  }

  async function repeatLater(agreementId: string, tries: number): Promise<void> {
    const count = failures.get(agreementId) ?? 0
    failures.set(agreementId, count + 1)
    const at = new Date(now().getTime() + Math.min(1000 * 2 ** count, longestPauseMs))
    await query((unit) => unit.subscriptions.finishAsk(agreementId, question, { at, tries }))
  }

  return {
    name: `ask-${question}`,
    pauseMs: 1_000,
    run: async (signal) => {
      while (!signal.aborted) {
        const claimed = await query((unit) => unit.subscriptions.claimAsk(question))
        if (claimed === null) return
        const { agreementId, tries } = claimed
        await answer(agreementId, tries).catch(async (error: unknown) => {
          await repeatLater(agreementId, tries)
          throw error
        })
      }
    },
  }
}
