import { expect, it, describe } from 'vitest'
import { parseAwsEvent, type AwsEvent } from '../src/domain/aws-event.ts'
import { createSubscriptions } from '../src/domain/subscriptions.ts'
import { askEntitlementsJob } from '../src/jobs/ask.ts'
import { anAgreement, created, license, seller } from './support/aws-events.ts'
import { emptyDatabase, engines, openTestStore } from './support/stores.ts'

function readable(body: string): AwsEvent {
  const event = parseAwsEvent(body)
  if (event === null) throw new Error('it cannot be read')
  return event
}

describe.each(engines)('what is asked of AWS on %s', (engine) => {
  it('is asked again when a change arrives while AWS still answers for the one before', async () => {
    const store = await openTestStore(await emptyDatabase(engine))
    const subscriptions = createSubscriptions({
      ...store,
      products: { find: () => null },
      seller,
      now: () => new Date(),
    })
    const receive = (body: string) => subscriptions.receive(readable(body))
    const claim = () => store.query((unit) => unit.subscriptions.claimAsk('entitlements'))
    await receive(created(0, { startTime: '2026-01-01T00:00:00Z' }))
    await receive(license(1, 'Updated'))
    await subscriptions.takeAnswer('agmt-1', anAgreement({ startsAt: null }), 0)
    expect(await claim()).toEqual({ agreementId: 'agmt-1', tries: 0 })
    expect(await claim()).toBeNull()

    await receive(license(2, 'Updated'))
    const seats = (value: string) => [{ dimension: 'seats', value, expiresAt: null }]
    await subscriptions.takeEntitlements('agmt-1', seats('10'), 0)
    expect(await claim()).toEqual({ agreementId: 'agmt-1', tries: 0 })
    const change = await subscriptions.takeEntitlements('agmt-1', seats('15'), 0)
    expect(change).toMatchObject({ news: ['subscription.updated'], subscription: { entitlements: seats('15') } })
    expect(await claim()).toBeNull()
    await store.close()
  })

  it('is asked again at once when a change arrives while a call of AWS fails', async () => {
    const store = await openTestStore(await emptyDatabase(engine))
    const now = () => new Date()
    const subscriptions = createSubscriptions({ ...store, products: { find: () => null }, seller, now })
    const receive = (body: string) => subscriptions.receive(readable(body))
    await receive(created(0, { startTime: '2026-01-01T00:00:00Z' }))
    await receive(license(1, 'Updated'))
    await subscriptions.takeAnswer('agmt-1', anAgreement({ startsAt: null }), 0)
    const job = askEntitlementsJob({
      ...{ query: store.query, subscriptions, now, onChange: () => undefined },
      searchAgreements: () => Promise.resolve([]),
      getEntitlements: async () => {
        await receive(license(2, 'Updated'))
        throw new Error('AWS fails')
      },
    })
    await expect(job.run(new AbortController().signal)).rejects.toThrow('AWS fails')
    expect(await store.query((unit) => unit.subscriptions.claimAsk('entitlements'))).toEqual({
      agreementId: 'agmt-1',
      tries: 0,
    })
    await store.close()
  })
})
