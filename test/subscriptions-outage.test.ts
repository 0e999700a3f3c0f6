import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '../simulator/src/simulator.ts'
import { cookies, land, open, register } from './support/browse.ts'
import { listen } from './support/listen.ts'
import { page } from './support/page.ts'
import { relayTo } from './support/relay.ts'
import { eventually, followingApp } from './support/subscriptions.ts'

/** The service, with one AWS API behind a relay that can be closed. */
async function behindRelay(api: 'AGREEMENT' | 'SQS') {
  const simulator = await startSimulator({ landingUrl: 'http://localhost:3000/' })
  onTestFinished(() => simulator.close())
  const relay = await relayTo(simulator.url)
  const name = api === 'SQS' ? 'AWS_ENDPOINT_URL_SQS' : 'AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT'
  const app = await followingApp({ simulator, endpoints: { [name]: relay.url } })
  return { app, relay }
}

it.each(['SQS', 'AGREEMENT'] as const)(
  'without %s, buyers land and register, and everything is recorded once it is back',
  async (api) => {
    const { app, relay } = await behindRelay(api)
    relay.shut()
    const bought = await app.buy()
    await app.move(bought.purchase, 'activate')
    const cookie = cookies(await land(app.url, bought.token))
    await register(app.url, cookie)
    const complete = await open(app.url, '/registration/complete', cookie)
    expect(page(complete.text).name).toBe('complete')
    expect(complete.text).toContain('AWS is finishing the confirmation of your subscription.')
    if (api === 'AGREEMENT')
      await eventually(async () => {
        // The events have left the queue, and the checks are pending here.
        expect(await app.rows('select id from aws_events')).toHaveLength(2)
        expect((await app.subscriptionOf(bought))?.['state']).toBe('pending')
      })
    relay.reopen()
    await eventually(async () => {
      expect((await app.subscriptionOf(bought))?.['state']).toBe('active')
    }, 15_000)
    const reloaded = await open(app.url, '/registration/complete', cookie)
    expect(reloaded.text).toContain('AWS has confirmed your subscription.')
  },
)

it('jobs wait for AWS longer than the deadline of ResolveCustomer', async () => {
  const simulator = await startSimulator({ landingUrl: 'http://localhost:3000/' })
  onTestFinished(() => simulator.close())
  const { url } = await listen((request, response) => {
    void (async () => {
      const body = await text(request)
      await pause(500)
      const { 'content-length': _, connection: __, host: ___, ...headers } = request.headers
      const answer = await fetch(simulator.url, { method: 'POST', body, headers: headers as Record<string, string> })
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text())
    })()
  })
  const app = await followingApp({
    simulator,
    env: { MARKETPLACE_DEADLINE_MS: '100' },
    endpoints: { AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: url },
  })
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await eventually(async () => {
    expect((await app.subscriptionOf(bought))?.['state']).toBe('active')
  }, 15_000)
})
