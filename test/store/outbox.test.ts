import { describe, expect, it } from 'vitest'
import { emptyDatabase, engines, execute, openTestStore, rowsOf, type TestStore } from '../support/stores.ts'

const patient = { deadlineMs: 20_000, connectTimeoutMs: 20_000, poolSize: 2 }

/** Inserts this number of due deliveries. */
async function write(store: TestStore, count: number): Promise<void> {
  const data = { type: 'test', at: new Date(), registrationId: null, actor: 'cli', data: {} } as const
  await store.transaction(async (unit) => {
    for (let i = 0; i < count; i += 1) await store.notify(unit, data)
  })
}

describe.each(engines)('the outbox on %s', (engine) => {
  async function opened(tasks: number, now = () => new Date()) {
    const database = await emptyDatabase(engine)
    const settings = {
      ...patient,
      now,
      messagesFor: () => [{ receiver: 'webhook', recipient: null, audience: 'seller', body: '{}' } as const],
    }
    const stores: TestStore[] = []
    for (let i = 0; i < tasks; i += 1) stores.push(await openTestStore(database, settings))
    const [first] = stores
    if (first === undefined) throw new Error('no store')
    return { database, first, stores, close: () => Promise.all(stores.map(({ close }) => close())) }
  }

  it('no delivery is claimed by two of eight instances during its lease', { timeout: 60_000 }, async () => {
    const { database, first, stores, close } = await opened(8)
    await write(first, 400)
    const claimed: string[] = []
    const claimers = stores.flatMap(({ outbox }) =>
      Array.from({ length: 2 }, async () => {
        // One more round, because a claim that lost all its rows to others is also empty.
        for (let empty = 0; empty < 3;) {
          const found = await outbox.claim('webhook', 7)
          claimed.push(...found.map(({ id }) => id))
          empty = found.length === 0 ? empty + 1 : 0
        }
      }),
    )
    await Promise.all(claimers)
    expect(new Set(claimed).size).toBe(400)
    expect(claimed).toHaveLength(400)
    expect(await rowsOf(database, 'select distinct attempts from deliveries')).toEqual([{ attempts: 1 }])
    await close()
  })

  it('a delivery is claimed by another instance after its lease has expired, and the attempt is counted', async () => {
    const { database, stores, close } = await opened(2)
    const [dead, alive] = stores as [TestStore, TestStore]
    await write(dead, 1)
    const [lost] = await dead.outbox.claim('webhook', 5)
    expect(await alive.outbox.claim('webhook', 5)).toEqual([])
    const later = (seconds: number) =>
      execute(
        database,
        engine === 'sqlite'
          ? `update deliveries set lease_until = strftime('%Y-%m-%dT%H:%M:%fZ', lease_until, '-${String(seconds)} seconds')`
          : `update deliveries set lease_until = lease_until - interval '${String(seconds)} seconds'`,
      )
    await later(45)
    expect(await alive.outbox.claim('webhook', 5)).toEqual([])
    await later(20)
    expect(await alive.outbox.claim('webhook', 5)).toEqual([{ ...lost, attempts: 2 }])
    await close()
  })

  it('each receiver gets its own deliveries, and failed ones only when they are due', async () => {
    const { first, close } = await opened(1)
    await write(first, 1)
    expect(await first.outbox.claim('mail', 5)).toEqual([])
    const [delivery] = await first.outbox.claim('webhook', 5)
    if (delivery === undefined) throw new Error('nothing was due')
    await first.outbox.markFailed(delivery, 'HTTP 500', 60_000)
    expect(await first.outbox.claim('webhook', 5)).toEqual([])
    await first.outbox.markFailed(delivery, 'HTTP 500', 0)
    expect(await first.outbox.claim('webhook', 5)).toMatchObject([{ id: delivery.id, attempts: 2 }])
    await first.outbox.markSent(delivery)
    expect(await first.outbox.claim('webhook', 5)).toEqual([])
    await close()
  })
})
