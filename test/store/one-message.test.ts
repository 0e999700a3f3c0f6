import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { aLanding, emptyDatabase, openTestStore } from '../support/stores.ts'

it('a landing of somebody new is one message to PostgreSQL', async () => {
  const database = await emptyDatabase('postgres')
  if (database.engine !== 'postgres') throw new Error('not this engine')
  const real = new URL(database.url)
  let messages = 0
  const between = createServer((client) => {
    const server = connect(Number(real.port), real.hostname)
    client.on('data', () => (messages += 1))
    client.pipe(server).pipe(client)
  })
  await once(between.listen(0, '127.0.0.1'), 'listening')
  const { port } = between.address() as AddressInfo
  const url = Object.assign(new URL(real), { hostname: '127.0.0.1', port: String(port) }).href
  const store = await openTestStore({ engine: 'postgres', url }, { poolSize: 1 })
  onTestFinished(async () => {
    await store.close()
    between.close()
  })
  await store.registrations.recordLanding(aLanding())
  messages = 0
  await store.registrations.recordLanding(aLanding({ customer: { licenseArn: 'l-2' } }))
  expect(messages).toBe(1)
})
