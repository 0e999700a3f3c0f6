import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createMeteringClient } from '../../src/aws/client.ts'
import { createResolveCustomer } from '../../src/aws/resolve-customer.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { startSimulator } from '../../simulator/src/simulator.ts'
import { resolvesAt } from '../support/app.ts'
import { failure } from '../support/failure.ts'

const limits = { deadlineMs: 3_000, maxInFlight: 10 }
const role = { arn: 'arn:aws:iam::111122223333:role/landing', externalId: null }

async function started() {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  return simulator
}

describe('the endpoint', () => {
  it.each([
    ['us-east-1', 'https://metering.marketplace.us-east-1.amazonaws.com/'],
    ['cn-northwest-1', 'https://metering.marketplace.cn-northwest-1.amazonaws.com.cn/'],
    ['eusc-de-east-1', 'https://metering-marketplace.eusc-de-east-1.amazonaws.eu/'],
  ])('uses the endpoint of %s that the SDK resolves', async (region, url) => {
    vi.stubEnv('AWS_ENDPOINT_URL_MARKETPLACE_METERING', undefined)
    vi.stubEnv('AWS_REGION', 'eu-west-1')
    const { config } = createMeteringClient({
      region,
      role: null,
      maxSockets: 1,
      deadlineMs: 10_000,
    })
    const endpoint = config.endpointProvider({ Region: await config.region() })
    expect(endpoint.url.href).toBe(url)
    vi.unstubAllEnvs()
  })
})

describe('the credentials', () => {
  it('uses the credentials of the configured role', async () => {
    const simulator = await started()
    const resolve = resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 3_000, role })
    const { token, customer } = simulator.issueToken('new-buyer')
    expect((await resolve(token)).customer.awsAccountId).toBe(customer.awsAccountId)
    expect(simulator.calls.list()).toMatchObject([
      { assumedRoleArn: role.arn, hasSessionToken: true, region: 'us-east-1' },
    ])
  })

  it('denies a role that cannot be assumed, with a hint that names the variable', async () => {
    const simulator = await started()
    const arn = 'arn:aws:iam::111122223333:role/not-assumable'
    const resolve = resolvesAt(simulator.url, {
      region: 'us-east-1',
      deadlineMs: 3_000,
      role: { arn, externalId: null },
    })
    const { code, details } = await failure(resolve(simulator.issueToken('new-buyer').token))
    expect(code).toBe('marketplace-denied')
    expect(details.hint).toContain('MARKETPLACE_ROLE_ARN')
    expect(simulator.calls.count()).toBe(0)
  })

  it('denies a role without the external id that it requires', async () => {
    const simulator = await started()
    const arn = 'arn:aws:iam::111122223333:role/needs-external-id'
    const resolveWith = (externalId: string | null) =>
      resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 3_000, role: { arn, externalId } })
    const { token } = simulator.issueToken('new-buyer')
    expect((await failure(resolveWith(null)(token))).details.hint).toContain('MARKETPLACE_ROLE_EXTERNAL_ID')
    await expect(resolveWith('our-id')(token)).resolves.toMatchObject({ attempts: 1 })
  })

  it('fails as denied, not as a token failure, without credentials', async () => {
    const simulator = await started()
    resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 3_000, role: null })
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined)
    const client = createMeteringClient({
      region: 'us-east-1',
      role: null,
      maxSockets: 1,
      deadlineMs: 10_000,
    })
    const { code, details } = await failure(createResolveCustomer(client, limits)('token'))
    vi.unstubAllEnvs()
    expect(code).toBe('marketplace-denied')
    expect(details.hint).toContain('AWS_ACCESS_KEY_ID')
  })

  it('fails as unreachable, not as denied, while AWS STS is unreachable', async () => {
    const resolve = resolvesAt('http://127.0.0.1:1', { region: 'us-east-1', deadlineMs: 3_000, role })
    expect((await failure(resolve('token'))).code).toBe('marketplace-unreachable')
  })
})

describe('a call', () => {
  it('ends a call at the deadline while AWS hangs and between two attempts', async () => {
    const simulator = await started()
    // The SDK's pauses are random, so without this they might all be too short for the test.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9)
    onTestFinished(() => {
      random.mockRestore()
    })
    const resolve = resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 300, role: null })
    for (const scenario of ['hanging', 'throttled'] as const) {
      const startedAt = performance.now()
      const { code } = await failure(resolve(simulator.issueToken(scenario).token))
      expect(code).toBe('marketplace-unreachable')
      expect(performance.now() - startedAt).toBeLessThan(5_000)
    }
  })

  it('closes the connection of a call at the deadline', async () => {
    const hanging = createServer(() => undefined)
    await once(hanging.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void hanging.close())
    const { port } = hanging.address() as AddressInfo
    const resolve = resolvesAt(`http://127.0.0.1:${String(port)}`, { region: 'us-east-1', deadlineMs: 200, role: null })
    const connected = once(hanging, 'connection') as Promise<[Socket]>
    const outcome = failure(resolve('token'))
    const [socket] = await connected
    const cut = once(socket, 'close')
    expect((await outcome).code).toBe('marketplace-unreachable')
    await cut
  })

  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n'
  it.each<[string, (socket: Socket) => void, ErrorCode]>([
    ['is cut off without a word', (socket) => socket.end(), 'marketplace-unreachable'],
    ['is reset', (socket) => socket.resetAndDestroy(), 'marketplace-unreachable'],
    ['breaks off', (socket) => socket.end(`${head}Content-Length: 99\r\n\r\n{"Cust`), 'marketplace-unreachable'],
    ['gets something other than HTTP', (socket) => socket.end('SSH-2.0\r\n\r\n'), 'marketplace-failed'],
    ['gets endless headers', (socket) => socket.end(`${head}X: ${'x'.repeat(99_999)}\r\n\r\n`), 'marketplace-failed'],
    ['gets a page', (socket) => socket.end(`${head}Content-Length: 6\r\n\r\n<html>`), 'marketplace-failed'],
  ])('translates the failure of a call that %s', async (_, answer, code) => {
    const broken = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        answer(socket)
      })
    })
    await once(broken.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void broken.close())
    const { port } = broken.address() as AddressInfo
    const url = `http://127.0.0.1:${String(port)}`
    const resolve = resolvesAt(url, { region: 'us-east-1', deadlineMs: 3_000, role: null })
    expect((await failure(resolve('token'))).code).toBe(code)
  })

  it('retries a call after throttling and internal errors, within the deadline', async () => {
    const simulator = await started()
    const resolve = resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 8_000, role: null })
    expect((await resolve(simulator.issueToken('internal-error-once').token)).attempts).toBe(2)
    expect((await resolve(simulator.issueToken('throttled-twice').token)).attempts).toBe(3)
  })

  it('retries a call regardless of the number of earlier failures', async () => {
    const simulator = await started()
    const resolve = resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 8_000, role: null })
    const failed = Array.from({ length: 60 }, () => failure(resolve(simulator.issueToken('internal-error').token)))
    for (const { details } of await Promise.all(failed))
      expect(details.facts).toMatchObject({ attempts: 3, durationMs: expect.any(Number) as number })
    expect((await resolve(simulator.issueToken('throttled-twice').token)).attempts).toBe(3)
  })

  it('fails a call as busy beyond the limit of concurrent calls', async () => {
    const simulator = await started()
    resolvesAt(simulator.url, { region: 'us-east-1', deadlineMs: 1_000, role: null })
    const client = createMeteringClient({
      region: 'us-east-1',
      role: null,
      maxSockets: 2,
      deadlineMs: 10_000,
    })
    const resolve = createResolveCustomer(client, { deadlineMs: 1_000, maxInFlight: 2 })
    const hanging = [1, 2].map(() => failure(resolve(simulator.issueToken('hanging').token)))
    expect((await failure(resolve(simulator.issueToken('new-buyer').token))).code).toBe('service-busy')
    await Promise.all(hanging)
    await expect(resolve(simulator.issueToken('new-buyer').token)).resolves.toBeDefined()
    client.destroy()
  })
})
