import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { aSimulator } from './support.ts'

async function aReceiver(statuses: number[]) {
  const bodies: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(JSON.parse(body) as Record<string, unknown>)
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/events`, bodies }
}

it('the simulator posts events to the events URL in order', async () => {
  const { url, bodies } = await aReceiver([])
  const simulator = await aSimulator({ eventsUrl: url })
  const { purchase } = simulator.issueToken('new-buyer')
  const move = { method: 'POST', body: JSON.stringify({ event: 'activate' }) }
  await fetch(`${simulator.url}/purchases/${purchase}/events`, move)
  await expect
    .poll(() => bodies.map((body) => body['detail-type']), { timeout: 15_000 })
    .toEqual(['Purchase Agreement Created - Proposer', 'License Updated - Manufacturer'])
})

it('the simulator posts an event again after the events URL rejected it', async () => {
  const { url, bodies } = await aReceiver([500])
  const simulator = await aSimulator({ eventsUrl: url })
  simulator.issueToken('new-buyer')
  await expect.poll(() => bodies.length, { timeout: 15_000 }).toBe(2)
  expect(bodies[1]).toEqual(bodies[0])
})
