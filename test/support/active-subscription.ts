import { expect } from 'vitest'
import { after, anAgreement, eventsOf } from './aws-events.ts'
import { subscriptionStore, type SubscriptionStore } from './subscription-store.ts'

export const seats = (value: string) => [{ dimension: 'seats', value, expiresAt: null }]

export async function typesOf({ notifications }: SubscriptionStore): Promise<readonly string[]> {
  return (await notifications()).map(({ type }) => type.replace('subscription.', ''))
}

/** A purchase that is active, with ten seats. */
export async function active(): Promise<SubscriptionStore> {
  const { created, license } = eventsOf()
  const store = await subscriptionStore('sqlite', after(2))
  await store.receive(created(0))
  await store.receive(license(1, 'Updated'))
  await store.check({ agreements: [anAgreement()], entitlements: seats('10') })
  expect(await typesOf(store)).toEqual(['activated', 'updated'])
  return store
}
