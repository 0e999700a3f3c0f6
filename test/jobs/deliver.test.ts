import { expect, it } from 'vitest'
import type { Send } from '../../src/domain/delivery.ts'
import { deliverJob } from '../../src/jobs/deliver.ts'
import { emptyDatabase, engines, openTestStore, rowsOf, type Engine } from '../support/stores.ts'

/** A job with this number of due deliveries. */
async function aBacklog(engine: Engine, count: number, send: Send) {
  const database = await emptyDatabase(engine)
  const store = await openTestStore(database, {
    messagesFor: () => [{ receiver: 'webhook', recipient: null, audience: 'seller', body: '{}' }],
  })
  await store.transaction(async (unit) => {
    const notification = { type: 'test', at: new Date(), registrationId: null, actor: 'cli', data: {} } as const
    for (let i = 0; i < count; i += 1) await store.notify(unit, notification)
  })
  const job = deliverJob({
    ...{ receiver: 'webhook', outbox: store.outbox, send, schedule: [1_000] },
    random: () => 0.5,
    onAttempt: () => undefined,
  })
  const rows = (query: string) => rowsOf(database, query)
  return { job, rows, close: store.close }
}

it.each(engines)('one run sends all due deliveries, at most twenty at once (%s)', async (engine) => {
  let [open, most] = [0, 0]
  const { job, rows, close } = await aBacklog(engine, 100, async () => {
    most = Math.max(most, (open += 1))
    await new Promise((resolve) => setTimeout(resolve, 5))
    open -= 1
    return { outcome: 'sent' }
  })
  await job.run(new AbortController().signal)
  await job.finish?.()
  expect(await rows('select id from deliveries where done_at is not null and attempts = 1')).toHaveLength(100)
  expect(most).toBe(20)
  await close()
})

it('an aborted run starts no new delivery', async () => {
  const stopping = new AbortController()
  const { job, rows, close } = await aBacklog('sqlite', 30, () => {
    stopping.abort()
    return Promise.resolve({ outcome: 'sent' })
  })
  await job.run(stopping.signal)
  await job.finish?.()
  expect(await rows('select id from deliveries where attempts > 0')).toHaveLength(20)
  await close()
})
