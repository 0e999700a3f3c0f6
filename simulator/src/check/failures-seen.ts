import type { ScenarioName } from '../scenarios/scenarios.ts'
import type { Landed } from './buyer.ts'
import type { Others } from './evidence.ts'

/** What a buyer can do after a failure. */
type NextStep = 'get a new link' | 'try again later' | 'contact the seller'

export type FailureSeen = { readonly name: string; readonly nextStep: NextStep; readonly visit: Landed }

const nextSteps: Readonly<Record<NextStep, readonly ScenarioName[]>> = {
  'get a new link': ['expired', 'invalid'],
  'try again later': ['throttled', 'internal-error', 'html-502', 'empty-answer', 'connection-reset', 'hanging'],
  'contact the seller': ['disabled', 'access-denied', 'unrecognized-client'],
}

export const expiredCredentials: readonly ScenarioName[] = [
  'expired-credentials-400',
  'expired-credentials-403',
  'expired-credentials-message',
]

/** Every failure except those with their own rule: another product, expired credentials. */
export function failuresSeen({ of, withoutToken }: Others): readonly FailureSeen[] {
  const failing = (nextStep: NextStep) => nextSteps[nextStep].map((name) => ({ name, nextStep, visit: of(name) }))
  return [
    ...failing('get a new link'),
    { name: 'no token', nextStep: 'get a new link', visit: withoutToken },
    ...failing('try again later'),
    ...failing('contact the seller'),
  ]
}
