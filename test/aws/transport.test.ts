import { once } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createSes } from '../../src/aws/ses.ts'
import { createTransport } from '../../src/aws/transport.ts'
import { createMail } from '../../src/delivery/mail.ts'
import { startSimulator } from '../../simulator/src/simulator.ts'
import { resolvesAt } from '../support/app.ts'
import { delivery } from '../support/deliveries.ts'
import { failure } from '../support/failure.ts'
import { endless, listen } from '../support/listen.ts'
import { startProxy } from '../support/proxy.ts'

const marketplace = { region: 'us-east-1', deadlineMs: 3_000, role: null }
const role = { arn: 'arn:aws:iam::111122223333:role/landing', externalId: null }
const megabyte = 1024 * 1024

/** Sets environment variables until the test ends, and removes the machine's proxies. */
function environment(variables: Readonly<Record<string, string>>): void {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])
    vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
}

it('an endless response of AWS Marketplace is aborted and fails as marketplace-failed', async () => {
  environment({})
  const { listener, sent } = endless('application/x-amz-json-1.1')
  const resolve = resolvesAt((await listen(listener)).url, marketplace)
  expect((await failure(resolve('token'))).code).toBe('marketplace-failed')
  expect(sent()).toBeLessThan(8 * megabyte)
})

it('an endless response of AWS STS is aborted and fails as marketplace-failed', async () => {
  environment({})
  const { listener, sent } = endless('text/xml')
  const resolve = resolvesAt((await listen(listener)).url, { ...marketplace, role })
  expect((await failure(resolve('token'))).code).toBe('marketplace-failed')
  expect(sent()).toBeLessThan(8 * megabyte)
})

it('a proxy is used for AWS, but not for the hosts of NO_PROXY', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const proxy = await startProxy(() => Number(new URL(simulator.url).port))

  environment({ HTTP_PROXY: proxy.url })
  const proxied = resolvesAt('http://metering.example', marketplace)
  await expect(proxied(simulator.issueToken('new-buyer').token)).resolves.toMatchObject({ attempts: 1 })
  expect(proxy.asked).toEqual(['metering.example:80'])

  environment({ HTTP_PROXY: proxy.url, NO_PROXY: '.example' })
  const direct = resolvesAt('http://metering.example', marketplace)
  expect((await failure(direct('token'))).code).toBe('marketplace-unreachable')
  expect(proxy.asked).toHaveLength(1)
})

it('a proxy is used for mail through Amazon SES', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const proxy = await startProxy(() => Number(new URL(simulator.url).port))
  environment({
    ...{ HTTP_PROXY: proxy.url, AWS_ENDPOINT_URL_SESV2: 'http://email.example' },
    ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  })
  const send = createMail(createSes({ region: 'eu-west-1', deadlineMs: 3_000 }))
  expect(await send(delivery())).toEqual({ outcome: 'sent' })
  expect(proxy.asked).toEqual(['email.example:80'])
})

it('an endless response through a proxy is aborted', async () => {
  const { listener, sent } = endless('application/x-amz-json-1.1')
  const { port } = await listen(listener)
  const proxy = await startProxy(() => port)
  environment({ HTTP_PROXY: proxy.url })
  const resolve = resolvesAt('http://metering.example', marketplace)
  expect((await failure(resolve('token'))).code).toBe('marketplace-failed')
  expect(sent()).toBeLessThan(8 * megabyte)
})

it('a call through a proxy that does not respond ends', async () => {
  const { server, url } = await listen(() => undefined)
  server.on('connect', (_request, socket) => {
    socket.on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
  })
  environment({ HTTP_PROXY: url })
  const transport = createTransport({ maxSockets: 1, deadlineMs: 1_000 })
  onTestFinished(() => {
    transport.destroy()
  })
  const connected = once(server, 'connect')
  const request = { protocol: 'http:', hostname: 'metering.example', path: '/', method: 'GET', headers: {} }
  const outcome = transport.handle(request as never).then(
    () => 'answered',
    (error: unknown) => (error instanceof Error ? error.name : ''),
  )
  await connected
  // undici checks its timers twice a second.
  expect(await outcome).toBe('TimeoutError')
})
