import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { startSimulator, type Simulator } from '../simulator/src/simulator.ts'
import { createEventsQueue } from '../src/aws/queue.ts'
import { startService } from './support/service.ts'
import { emptyDatabase, engines, execute, rowsOf } from './support/stores.ts'
import { eventually } from './support/subscriptions.ts'

type Purchase = Readonly<Record<'id' | 'state' | 'agreementId', string>>

const count = { sqlite: 2_000, postgres: 300 }
/** What happens to a purchase, and where it stands when half a minute has passed. */
const lives = [
  { moves: ['activate'], state: 'active' },
  { moves: ['activate', 'amend'], state: 'active' },
  { moves: ['activate', 'renew'], state: 'superseded' },
  { moves: ['activate', 'cancel'], state: 'ended' },
  { moves: ['activate', 'cancel', 'deprovision'], state: 'ended' },
] as const

async function post(simulator: Simulator, path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(simulator.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Record<string, unknown>
}

/** Whoever was killed had up to ten messages in hand: they come back after the queue's visibility timeout. */
const giveBack = (simulator: Simulator) => post(simulator, '/clock', { advanceMs: 31_000 })

it.each(engines)(
  'on %s a consumer that is killed again and again loses no event, and tells each of ours at least once',
  { timeout: 120_000 },
  async (engine) => {
    const simulator = await startSimulator()
    onTestFinished(() => simulator.close())
    const database = await emptyDatabase(engine)
    const receiver = await startReceiver()
    const expected = new Map<string, string>()
    let events = 0
    for (let n = 0; events < count[engine]; n += 1) {
      const { moves, state } = lives[n % lives.length] ?? lives[0]
      const { purchase } = await post(simulator, '/tokens', { scenario: 'new-buyer' })
      expected.set(String(purchase), state)
      events += 1
      for (const event of moves) {
        const how = { event, times: 1 + (n % 2), shuffle: true }
        const moved = await post(simulator, `/purchases/${String(purchase)}/events`, how)
        events += (moved['events'] as unknown[]).length * how.times
      }
    }
    const env = {
      DATABASE_URL: database.engine === 'sqlite' ? `sqlite:${database.path}` : database.url,
      PRODUCT_CODES: simulator.productCode,
      EVENTS_QUEUE_URL: simulator.queueUrl,
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'kill').toString('base64')}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      ...Object.fromEntries(
        ['SQS', 'MARKETPLACE_AGREEMENT', 'MARKETPLACE_ENTITLEMENT_SERVICE', 'MARKETPLACE_METERING'].map((api) => [
          `AWS_ENDPOINT_URL_${api}`,
          simulator.url,
        ]),
      ),
    }
    // A message that is received a sixth time goes to the dead-letter queue.
    for (const afterMs of fc.sample(fc.integer({ min: 50, max: 900 }), 4)) {
      const task = await startService(env)
      await pause(afterMs)
      task.child.kill('SIGKILL')
      await task.ended
      await giveBack(simulator)
    }
    await startService(env)
    // As if the minute had run out for which those who were killed had taken what they asked.
    for (const at of ['agreement_ask_at', 'entitlements_ask_at'])
      await execute(database, `update subscriptions set ${at} = '2026-01-01T00:00:00.000Z' where ${at} is not null`)
    const purchases = (await (await fetch(`${simulator.url}/purchases`)).json()) as readonly Purchase[]
    // Those that renewals made are active.
    const model = purchases.map(({ id, agreementId }) => [agreementId, expected.get(id) ?? 'active'])
    const rows = () => rowsOf(database, 'select agreement_id, state from subscriptions')
    await eventually(async () => {
      const states = Object.fromEntries((await rows()).map((row) => [row['agreement_id'], row['state']])) as unknown
      expect(states).toEqual(Object.fromEntries(model))
    }, 60_000)
    // As if the leases of those that were killed while they sent had run out.
    await execute(database, 'update deliveries set lease_until = null where done_at is null')
    await eventually(async () => {
      const waiting = await rowsOf(database, 'select id from deliveries where done_at is null')
      expect(waiting).toHaveLength(0)
    }, 30_000)

    const told = await rowsOf(database, 'select id, type, data from events')
    expect(told.filter(({ id }) => !receiver.came.has(id as string)).map(({ type }) => type)).toEqual([])
    // Of a change other than an update each purchase tells once.
    const once = told
      .filter(({ type }) => type !== 'subscription.updated')
      .map(({ type, data }) => {
        const { subscription } = JSON.parse(data as string) as { subscription: { agreement_id: string } }
        return `${String(type)} ${subscription.agreement_id}`
      })
    expect(new Set(once).size).toBe(once.length)
    expect(await messagesIn(simulator)).toBe(0)
  },
)

/** A seller's webhook. The simulator's own keeps the last few only. */
async function startReceiver() {
  const came = new Set<string>()
  const server = createServer((request, response) => {
    came.add(String(request.headers['webhook-id']))
    request.resume().on('end', () => response.writeHead(204).end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { came, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/` }
}

/** What waits in the queue, and what somebody has in hand. */
async function messagesIn({ url, queueUrl }: Simulator): Promise<number> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  })
  const { waiting, inFlight } = await createEventsQueue(queueUrl, { role: null }).attributes()
  return waiting + inFlight
}
