import { describe, expect, it } from 'vitest'
import type { Agreement } from '../src/domain/agreement.ts'
import { reconcileJob } from '../src/jobs/reconcile.ts'
import { after, anAgreement } from './support/aws-events.ts'
import { openTestStore, emptyDatabase, engines } from './support/stores.ts'
import { subscriptionStore } from './support/subscription-store.ts'
import { eventually, followingApp, type Bought, type FollowingApp } from './support/subscriptions.ts'

const types = async ({ notifications }: FollowingApp) => (await notifications()).map(({ type }) => type)

/** An AWS Marketplace with a purchase whose events were lost while the service was stopped. */
async function lost(...moves: readonly string[]) {
  const stopped = await followingApp()
  await stopped.stop()
  const bought = await stopped.buy({ lostEvents: true })
  for (const move of moves) await stopped.move(bought.purchase, move)
  /** The service starts, and reconciles. */
  const start = () => followingApp({ by: 'list', database: stopped.database, simulator: stopped.simulator })
  return { ...stopped, bought, start }
}

async function stateIs(app: FollowingApp, bought: Bought, state: string): Promise<void> {
  await eventually(async () => {
    expect((await app.subscriptionOf(bought))?.['state']).toBe(state)
  })
}

describe('reconciling', () => {
  it('reconciling finds an active agreement without a registration and notifies it once', async () => {
    const { bought, start } = await lost('activate')
    for (let instance = 0; instance < 2; instance += 1) {
      const app = await start()
      await stateIs(app, bought, 'active')
      await eventually(async () => {
        expect(await types(app)).toEqual(['subscription.activated', 'subscription.updated'])
      })
      expect((await app.notifications())[0]?.data.registration).toBeNull()
      expect(await app.rows('select * from aws_events')).toEqual([])
    }
  })

  it('reconciling ends a subscription that was canceled without an event', async () => {
    const { bought, start, move } = await lost('activate')
    await stateIs(await start(), bought, 'active')
    await move(bought.purchase, 'cancel')
    const app = await start()
    await stateIs(app, bought, 'ended')
    expect((await types(app)).at(-1)).toBe('subscription.ended')
  })

  it('reconciling notifies a change of entitlements whose event was lost', async () => {
    const { bought, start, move } = await lost('activate')
    const first = await start()
    await eventually(async () => {
      expect(await types(first)).toEqual(['subscription.activated', 'subscription.updated'])
    })
    await move(bought.purchase, 'amend')
    const app = await start()
    await eventually(async () => {
      expect((await types(app)).slice(2)).toEqual(['subscription.updated'])
    })
    const last = (await app.notifications()).at(-1)?.data.subscription
    expect(JSON.stringify(last?.['entitlements'])).toContain('"15"')
  })

  it('reconciling notifies nothing about agreements that had already ended', async () => {
    const { bought, start } = await lost('activate', 'cancel')
    const app = await start()
    await stateIs(app, bought, 'ended')
    expect(await types(app)).toEqual([])
  })

  it('reconciling ignores other products', async () => {
    const { bought, start, buy, move } = await lost('activate')
    const other = await buy({ productCode: 'another-product' })
    await move(other.purchase, 'activate')
    const app = await start()
    await stateIs(app, bought, 'active')
    expect(await app.subscriptionOf(other)).toBeNull()
  })
})

describe.each(engines)('the lease of reconciling on %s', (engine) => {
  it('the lease of reconciling is held by one instance until it is released or expires', async () => {
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

describe('the job', () => {
  const everyMs = 3_600_000

  /** The job over two pages of AWS, with its leases as the test grants them. */
  async function aJob(onPage: (page: number) => void = () => undefined) {
    const { store, subscriptions, rows } = await subscriptionStore('sqlite', after(3))
    const elapsed = { ms: 0 }
    const calls: string[] = []
    let isFree = true
    const page = (n: number): readonly Agreement[] => [
      anAgreement({
        agreementId: `agmt-${String(n)}`,
        licenseArns: [`arn:aws:license-manager::1:license:l-${String(n)}`],
      }),
    ]
    const job = reconcileJob({
      ...{ query: store.query, subscriptions, productIds: ['prod-ours'], everyMs },
      leases: {
        take: (_, lastsMs) => {
          calls.push(`take ${String(lastsMs)}`)
          return Promise.resolve(isFree)
        },
        release: () => {
          calls.push('release')
          return Promise.resolve()
        },
      },
      searchAgreements: async function* () {
        for (const n of [1, 2]) {
          onPage(n)
          yield await Promise.resolve(page(n))
        }
      },
      onChange: () => undefined,
      elapsedMs: () => elapsed.ms,
    })
    const setFree = (free: boolean) => {
      isFree = free
    }
    const stored = async () => (await rows('select agreement_id from subscriptions order by 1')).length
    return { run: (signal = new AbortController().signal) => job.run(signal), elapsed, calls, setFree, stored }
  }

  it('reconciling renews a lease of one minute for each page and releases it', async () => {
    const { run, calls, stored } = await aJob()
    await run()
    expect(calls).toEqual(['take 60000', 'take 60000', 'take 60000', 'release'])
    expect(await stored()).toBe(2)
  })

  it('reconciling runs after its interval, and at once if another instance releases the lease early', async () => {
    const { run, elapsed, calls, setFree } = await aJob()
    const taken = () => calls.filter((call) => call !== 'release').length
    setFree(false)
    await run()
    await run()
    expect([taken(), calls.includes('release')]).toEqual([2, false])
    setFree(true)
    await run()
    expect(taken()).toBe(5)
    elapsed.ms = everyMs - 1
    await run()
    expect(taken()).toBe(5)
    elapsed.ms = everyMs
    await run()
    expect(taken()).toBe(8)
  })

  it('reconciling stops between two pages if the service stops or another instance has the lease', async () => {
    const stopping = new AbortController()
    const stopped = await aJob((page) => {
      if (page === 2) stopping.abort()
    })
    await stopped.run(stopping.signal)
    expect(await stopped.stored()).toBe(1)
    const overtaken = await aJob((page) => {
      overtaken.setFree(page === 1)
    })
    await overtaken.run()
    expect(await overtaken.stored()).toBe(1)
  })

  it('failed reconciling is repeated after 2, 4 and more seconds', async () => {
    let fails = true
    const { run, elapsed, calls } = await aJob(() => {
      if (fails) throw new Error('AWS is away')
    })
    await expect(run()).rejects.toThrow('AWS is away')
    elapsed.ms = 1_999
    await run()
    elapsed.ms = 2_000
    await expect(run()).rejects.toThrow('AWS is away')
    elapsed.ms = 5_999
    fails = false
    await run()
    expect(calls.filter((call) => call === 'release')).toHaveLength(2)
    elapsed.ms = 6_000
    await run()
    expect(calls.filter((call) => call === 'release')).toHaveLength(3)
  })
})
