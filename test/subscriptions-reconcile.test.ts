import { describe, expect, it } from 'vitest'
import { openTestStore, emptyDatabase, engines } from './support/stores.ts'
import { eventually, followingApp, type FollowingApp } from './support/subscriptions.ts'

const types = async ({ told }: FollowingApp) => (await told()).map(({ type }) => type)

/** A second task on the same database and the same AWS Marketplace: at its start it compares. */
function another({ database, simulator }: FollowingApp): Promise<FollowingApp> {
  return followingApp({ by: 'list', database, simulator })
}

describe('comparing what AWS lists', () => {
  it('finds who paid and never landed, and tells once that the agreement is active', async () => {
    const first = await followingApp({ by: 'list' })
    const bought = await first.buy({ lostEvents: true })
    await first.move(bought.purchase, 'activate')
    for (let task = 0; task < 2; task += 1) {
      const app = await another(first)
      await eventually(async () => {
        expect((await app.subscriptionOf(bought))?.['state']).toBe('active')
        expect(await types(app)).toEqual(['subscription.activated', 'subscription.updated'])
      })
    }
    const [activated] = await first.told()
    expect(activated?.data.registration).toBeNull()
    expect(await first.rows('select * from aws_events')).toEqual([])
  })

  it('ends what was canceled while nobody heard of it', async () => {
    const first = await followingApp({ by: 'list' })
    const bought = await first.buy({ lostEvents: true })
    await first.registered(undefined, bought.token)
    await first.move(bought.purchase, 'activate')
    await eventually(async () => {
      expect((await (await another(first)).subscriptionOf(bought))?.['state']).toBe('active')
    })
    await first.move(bought.purchase, 'cancel')
    const app = await another(first)
    await eventually(async () => {
      expect((await app.subscriptionOf(bought))?.['state']).toBe('ended')
      expect((await types(app)).at(-1)).toBe('subscription.ended')
    })
  })

  it('tells nothing of agreements that had ended before anybody watched', async () => {
    const first = await followingApp({ by: 'list' })
    const bought = await first.buy({ lostEvents: true })
    await first.move(bought.purchase, 'activate')
    await first.move(bought.purchase, 'cancel')
    const app = await another(first)
    await eventually(async () => {
      expect((await app.subscriptionOf(bought))?.['state']).toBe('ended')
    })
    expect(await types(app)).toEqual([])
  })

  it('leaves out other products', async () => {
    const first = await followingApp({ by: 'list' })
    const other = await first.buy({ productCode: 'another-product' })
    await first.move(other.purchase, 'activate')
    const ours = await first.buy()
    await first.move(ours.purchase, 'activate')
    const app = await another(first)
    await eventually(async () => {
      expect((await app.subscriptionOf(ours))?.['state']).toBe('active')
    })
    expect(await app.subscriptionOf(other)).toBeNull()
  })

  it('removes the row of an agreement that turns out to be of another product', async () => {
    const app = await followingApp({ by: 'both' })
    await app.buy({ productCode: 'another-product' })
    await eventually(async () => {
      expect(await app.subscriptions()).toMatchObject([{ state: 'pending', product_code: null }])
    })
    const [purchase] = (await (await fetch(`${app.simulator.url}/purchases`)).json()) as { id: string }[]
    await app.move(purchase?.id ?? '', 'activate')
    await eventually(async () => {
      expect(await app.subscriptions()).toEqual([])
    })
  })
})

describe.each(engines)('a lease on %s', (engine) => {
  it('is one task’s at a time, until it is given back or its time has run out', async () => {
    const database = await emptyDatabase(engine)
    const [one, other] = [await openTestStore(database), await openTestStore(database)]
    expect(await one.leases.take('reconcile', 60_000)).toBe(true)
    expect(await one.leases.take('reconcile', 60_000)).toBe(true)
    expect(await other.leases.take('reconcile', 60_000)).toBe(false)
    await other.leases.release('reconcile')
    expect(await other.leases.take('reconcile', 60_000)).toBe(false)
    await one.leases.release('reconcile')
    expect(await other.leases.take('reconcile', -1)).toBe(true)
    expect(await one.leases.take('reconcile', 60_000)).toBe(true)
    await Promise.all([one.close(), other.close()])
  })
})
