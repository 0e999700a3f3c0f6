import { setTimeout as pause } from 'node:timers/promises'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { z } from 'zod'
import { query } from '../test/support/buyers/audit.ts'
import { createDatabase } from '../test/support/postgres.ts'
import { startReceiver } from '../bench/support/receiver.ts'
import { postgresOn } from '../bench/support/stage.ts'
import { noCrash, unless, type Figures, type Scene } from './figures.ts'

/** The events of a purchase and its expected state 30 seconds later. */
const lives = [
  { moves: ['activate'], state: 'active' },
  { moves: ['activate', 'amend'], state: 'active' },
  { moves: ['activate', 'renew'], state: 'superseded' },
  { moves: ['activate', 'cancel'], state: 'ended' },
  { moves: ['activate', 'cancel', 'deprovision'], state: 'ended' },
] as const

/** A killed instance leaves claims of up to one minute. The short form ends these claims itself. */
const settledWithinMs = 150_000
const endClaims = [
  'update deliveries set lease_until = null where done_at is null',
  `update subscriptions set agreement_check_at = '2026-01-01T00:00:00.000Z' where agreement_check_at is not null`,
  `update subscriptions set entitlements_check_at = '2026-01-01T00:00:00.000Z' where entitlements_check_at is not null`,
]
const purchaseShape = z.array(z.object({ id: z.string(), agreementId: z.string() }))
const rowShape = z.array(z.object({ agreement_id: z.string(), state: z.string() }))
const eventShape = z.array(z.object({ id: z.string(), type: z.string(), data: z.string() }))
const dataShape = z.object({ subscription: z.object({ agreement_id: z.string() }) })

/** Kills the consumer of AWS events repeatedly. No event is lost, and the seller is notified of each one. */
export async function consumer(scene: Scene, engine: 'SQLite' | 'PostgreSQL'): Promise<Figures> {
  const { short, seed, stage, market, say } = scene
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(market.url + path, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the simulator returned an error: ${await answer.text()}`)
    return answer.json()
  }
  const { events, states } = await createEvents(post, short ? 300 : 2_000)
  const webhook = await startReceiver(stage, () => 204)
  const queueUrl = `${market.url}/111122223333/marketplace-events`
  const instance = await scene.start({
    databaseUrl: engine === 'SQLite' ? undefined : await createDatabase((await postgresOn(stage)).url),
    env: {
      EVENTS_QUEUE_URL: queueUrl,
      ...webhook.env,
      ...Object.fromEntries(
        ['SQS', 'MARKETPLACE_AGREEMENT', 'MARKETPLACE_ENTITLEMENT_SERVICE'].map((api) => [
          `AWS_ENDPOINT_URL_${api}`,
          market.url,
        ]),
      ),
    },
  })
  // Four kills at most: a message that is received a sixth time goes to the dead-letter queue.
  const kills = fc.sample(fc.integer({ min: 50, max: 900 }), { seed, numRuns: 4 })
  for (const afterMs of kills) {
    await pause(afterMs)
    await instance.end('SIGKILL')
    // Makes the messages that the killed instance had received visible again.
    await post('/clock', { advanceMs: 31_000 })
    await instance.start()
  }
  if (short) for (const statement of endClaims) await query(instance.databaseUrl, statement)

  const purchases = purchaseShape.parse(await (await fetch(`${market.url}/purchases`)).json())
  // Purchases created by a renewal are active.
  const expected = purchases.map(({ id, agreementId }) => `${agreementId} ${states.get(id) ?? 'active'}`)
  const wrongStates = async () => {
    const rows = rowShape.parse(await query(instance.databaseUrl, 'select agreement_id, state from subscriptions'))
    const stored = new Set(rows.map(({ agreement_id: id, state }) => `${id} ${state}`))
    return expected.filter((line) => !stored.has(line))
  }
  const undelivered = () => query(instance.databaseUrl, 'select id from deliveries where done_at is null')
  const since = performance.now()
  const settled = async () => (await wrongStates()).length === 0 && (await undelivered()).length === 0
  while (performance.now() - since < settledWithinMs && !(await settled())) await pause(200)

  const notifications = eventShape.parse(await query(instance.databaseUrl, 'select id, type, data from events'))
  const missed = notifications.filter(({ id }) => !webhook.received.has(id)).length
  // Each purchase has one notification of each type, except updates, which may repeat.
  const single = notifications
    .filter(({ type }) => type !== 'subscription.updated')
    .map(({ type, data }) => `${type} ${dataShape.parse(JSON.parse(data)).subscription.agreement_id}`)
  const wrong = await wrongStates()
  say(
    `${String(events)} events, ${String(expected.length)} subscriptions, ${String(notifications.length)} notifications`,
  )
  return {
    load: `${String(events)} events, 1 instance, ${engine}`,
    faults: `${String(kills.length)} times kill -9`,
    requests: events,
    failures: wrong.length,
    lost: missed,
    broken: unless(
      [wrong.length === 0, `state differs from AWS: ${wrong.slice(0, 3).join(', ')}`],
      [missed === 0, `the seller did not receive ${String(missed)} notifications`],
      [new Set(single).size === single.length, 'the seller received a notification twice'],
      [(await messagesIn(market.url, queueUrl)) === 0, 'the queue still has messages'],
      noCrash(instance),
    ),
  }
}

type Post = (path: string, body: object) => Promise<unknown>

/** Creates purchases and puts their events into the queue. Returns the number of events and the expected state of each purchase. */
async function createEvents(post: Post, count: number) {
  const bought = z.object({ purchase: z.string() })
  const moved = z.object({ events: z.array(z.unknown()) })
  const states = new Map<string, string>()
  let events = 0
  for (let n = 0; events < count; n += 1) {
    const { moves, state } = lives[n % lives.length] ?? lives[0]
    const { purchase } = bought.parse(await post('/tokens', { scenario: 'new-buyer' }))
    states.set(purchase, state)
    events += 1
    for (const event of moves) {
      const how = { event, times: 1 + (n % 2), shuffle: true }
      events += moved.parse(await post(`/purchases/${purchase}/events`, how)).events.length * how.times
    }
  }
  return { events, states }
}

/** The number of messages in the queue, including those that a consumer has received but not deleted. */
async function messagesIn(endpoint: string, queueUrl: string): Promise<number> {
  const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' }
  const client = new SQSClient({ region: 'us-east-1', endpoint, credentials })
  const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...counts] }),
  )
  return counts.reduce((sum, name) => sum + Number(Attributes[name]), 0)
}
