import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Express } from 'express'
import request from 'supertest'
import { expect, it, onTestFinished } from 'vitest'
import { errorCodes } from '../src/errors.ts'
import { createMeasure } from '../src/metrics/measure.ts'
import { startSimulator } from '../simulator/src/simulator.ts'
import { contact, cookies, land, open, register } from './support/browse.ts'
import { page } from './support/page.ts'
import { freePort } from './support/free-port.ts'
import { run, startService } from './support/service.ts'

/** The real service as its own process, with METRICS_PORT set. */
async function measured(env: Readonly<Record<string, string>> = {}) {
  const simulator = await startSimulator()
  const folder = mkdtempSync(join(tmpdir(), 'metrics-'))
  onTestFinished(async () => {
    await simulator.close()
    rmSync(folder, { recursive: true })
  })
  const port = await freePort()
  const service = await startService({
    METRICS_PORT: String(port),
    PRODUCT_CODES: simulator.productCode,
    DATABASE_URL: `sqlite:${folder}/landing.db`,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ...env,
  })
  const text = async () => {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/metrics`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    return answer.text()
  }
  // supertest takes an address as well as an app.
  return { app: service.url as unknown as Express, simulator, text, port }
}

/** The value of one line, as Prometheus would read it. */
function value(text: string, series: string): number | null {
  const line = text.split('\n').find((line) => line.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

it('metrics count landings, registrations, calls, queries and sessions', async () => {
  const { app, simulator, text } = await measured()
  const before = await text()
  expect(value(before, 'landing_outcomes_total{outcome="landed"}')).toBe(0)
  expect(value(before, 'sessions')).toBe(0)

  const purchase = simulator.issueToken('new-buyer')
  const cookie = cookies(await land(app, purchase.token))
  await open(app, '/registration', cookie)
  await register(app, cookie, { ...contact, email: 'nonsense' })
  await register(app, cookie)
  await land(app, simulator.issueToken('new-buyer', purchase.customer).token)
  await land(app, simulator.issueToken('new-buyer').token)
  await land(app, simulator.issueToken('throttled-twice').token)
  for (const scenario of ['expired', 'invalid', 'access-denied', 'empty-answer'] as const) {
    await land(app, simulator.issueToken(scenario).token)
  }
  await land(app, '')
  await request(app).post('/').send({ json: true })
  await open(app, '/registration')
  await open(app, '/nowhere')

  const after = await text()
  const read = (series: string) => value(after, series)
  expect(read('landing_outcomes_total{outcome="landed"}')).toBe(3)
  expect(read('landing_outcomes_total{outcome="returned"}')).toBe(1)
  for (const code of ['token-expired', 'token-invalid', 'marketplace-denied', 'customer-incomplete', 'token-missing']) {
    expect([code, read(`landing_outcomes_total{outcome="${code}"}`)]).toEqual([code, 1])
    expect([code, read(`failure_pages_total{code="${code}"}`)]).toEqual([code, 1])
  }
  expect(read('landing_outcomes_total{outcome="request-unreadable"}')).toBe(1)
  expect(read('landing_outcomes_total{outcome="session-expired"}')).toBe(0)
  expect(read('failure_pages_total{code="session-expired"}')).toBe(1)
  expect(read('failure_pages_total{code="not-found"}')).toBe(1)
  expect(read('landing_duration_seconds_count')).toBe(10)
  expect(read('registrations_completed_total')).toBe(1)
  expect(read('registration_corrections_total')).toBe(1)
  // `{}` is an unusable response of AWS.
  expect(read('resolve_customer_duration_seconds_count{result="ok"}')).toBe(4)
  expect(read('resolve_customer_duration_seconds_count{result="failed"}')).toBe(4)
  expect(read('resolve_customer_attempts_total')).toBe(10)
  expect(read('resolve_customer_in_flight')).toBe(0)
  expect(read('store_operation_duration_seconds_count{operation="recordLanding",result="ok"}')).toBe(4)
  expect(read('store_operation_duration_seconds_count{operation="complete",result="ok"}')).toBe(1)
  expect(read('store_operation_duration_seconds_count{operation="sessionSet",result="ok"}')).toBeGreaterThanOrEqual(4)
  expect(read('store_operation_duration_seconds_count{operation="sessionGet",result="ok"}')).toBe(3)
  expect(read('sessions')).toBe(4)
  expect(read('process_resident_memory_bytes')).toBeGreaterThan(1e7)
  expect(after).toContain('nodejs_eventloop_lag_p99_seconds')
})

it('metrics have the same series for any request', async () => {
  const { app, simulator, text } = await measured()
  const names = async () =>
    (await text())
      .split('\n')
      // Readings of the database are left out while it is slow.
      .filter((line) => /^(landing|failure|registrations_completed|registration_corrections|resolve|rate)/.test(line))
      .map((line) => line.replace(/ \S+$/, ''))
  await land(app, simulator.issueToken('new-buyer').token)
  await land(app, simulator.issueToken('expired').token)
  const before = await names()
  for (const code of errorCodes) expect(before).toContain(`failure_pages_total{code="${code}"}`)
  for (const path of ['/x', '/y/z', '/%00', '/registration?a=b']) await open(app, path)
  await land(app, simulator.issueToken('other-product').token, { 'x-amzn-marketplace-offer-type': 'anything' })
  expect(await names()).toEqual(before)
})

it('metrics count requests beyond the rate limit', async () => {
  const { app, simulator, text } = await measured({ RATE_LIMIT_PER_MINUTE: '1' })
  await land(app, simulator.issueToken('new-buyer').token)
  expect((await land(app, simulator.issueToken('new-buyer').token)).status).toBe(429)
  expect(value(await text(), 'rate_limit_hits_total')).toBe(1)
})

it('metrics show a hanging call as in flight', async () => {
  const { app, simulator, text } = await measured()
  const { token } = simulator.issueToken('new-buyer', { latencyMs: 400 })
  const landing = land(app, token).then((answer) => answer)
  await expect.poll(() => simulator.calls.of(token).length).toBe(1)
  expect(value(await text(), 'resolve_customer_in_flight')).toBe(1)
  await landing
  expect(value(await text(), 'resolve_customer_in_flight')).toBe(0)
})

it('metrics omit only values from a database that does not respond', async () => {
  const down = () => Promise.reject(new Error('down'))
  const port = await freePort()
  const measure = await createMeasure({
    host: '127.0.0.1',
    port,
  })
  measure.addReadings({
    sessions: down,
    deliveries_pending: down,
    deliveries_oldest_pending_seconds: down,
    agreements_unregistered: down,
    registrations_inactive: down,
    registrations_waiting: down,
    registrations_overdue: down,
    deliveries_dead: () => Promise.resolve(7),
  })
  onTestFinished(measure.close)
  const text = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text()
  for (const missing of ['sessions', 'deliveries_pending', 'deliveries_oldest_pending_seconds'])
    expect(value(text, missing)).toBeNull()
  expect(value(text, 'deliveries_dead')).toBe(7)
  expect(value(text, 'registrations_completed_total')).toBe(0)
})

it('metrics are not on the public port but on their own', async () => {
  const { app, port } = await measured()
  const answer = await open(app, '/metrics')
  expect(answer.status).toBe(404)
  expect(page(answer.text).name).toBe('not-found')
  expect((await fetch(`http://127.0.0.1:${String(port)}/`)).status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${String(port)}/metrics`, { method: 'POST' })).status).toBe(404)
})

it('the service reports METRICS_PORT if that port is in use, and does not start', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const folder = mkdtempSync(join(tmpdir(), 'metrics-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const service = run('src/main.ts', {
    HOST: '127.0.0.1',
    METRICS_PORT: String(port),
    DATABASE_URL: `sqlite:${folder}/landing.db`,
  })
  expect(await service.ended).toBe(1)
  expect(service.output()).toMatch(/METRICS_PORT \d+ on METRICS_HOST \S+ cannot be opened/)
})

it('metrics are served on loopback only, unless METRICS_HOST is set', async () => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'metrics-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const database = { DATABASE_URL: `sqlite:${folder}/landing.db`, METRICS_PORT: String(port) }
  await startService({ HOST: '0.0.0.0', ...database })
  expect((await fetch(`http://127.0.0.1:${String(port)}/metrics`)).status).toBe(200)
  await expect(fetch(`http://127.0.0.2:${String(port)}/metrics`)).rejects.toThrow()
})

it('metrics count deliveries, pending work, and handoffs by outcome', async () => {
  const closed = `http://127.0.0.1:${String(await freePort())}/`
  const secret = 'continue-secret-of-at-least-32-characters'
  const { app, simulator, text } = await measured({
    WEBHOOK_URL: closed,
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    HANDOFF_URL: closed,
    HANDOFF_SECRET: secret,
  })
  const before = await text()
  for (const gauge of ['deliveries_pending', 'deliveries_oldest_pending_seconds', 'deliveries_dead'])
    expect([gauge, value(before, gauge)]).toEqual([gauge, 0])
  expect(value(before, 'handoffs_total{outcome="invalid_grant"}')).toBe(0)
  expect(value(before, 'delivery_attempts_total{receiver="webhook",outcome="dead"}')).toBe(0)

  const cookie = cookies(await land(app, simulator.issueToken('new-buyer').token))
  await register(app, cookie)
  const way = await open(app, '/registration/handoff', cookie)
  const code = new URL(way.headers['location'] ?? '').searchParams.get('code') ?? ''
  const redeem = (bearer: string) =>
    request(app).post('/handoff').set('Authorization', `Bearer ${bearer}`).send({ code })
  for (const bearer of ['wrong', secret, secret]) await redeem(bearer)
  await expect
    .poll(async () => value(await text(), 'delivery_attempts_total{receiver="webhook",outcome="failed"}'), {
      timeout: 5_000,
    })
    .toBeGreaterThan(0)
  const after = await text()
  expect(value(after, 'deliveries_pending')).toBe(1)
  expect(value(after, 'deliveries_oldest_pending_seconds')).toBeGreaterThan(0)
  expect(value(after, 'deliveries_dead')).toBe(0)
  for (const outcome of ['redeemed', 'invalid_grant', 'invalid_client'])
    expect([outcome, value(after, `handoffs_total{outcome="${outcome}"}`)]).toEqual([outcome, 1])
})
