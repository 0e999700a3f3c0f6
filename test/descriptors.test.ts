import { setTimeout as pause } from 'node:timers/promises'
import { once } from 'node:events'
import { Agent, request as send, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startSimulator } from '../simulator/src/simulator.ts'
import { exhaustDescriptors } from './support/descriptors.ts'
import { freePort } from './support/free-port.ts'
import { page } from './support/page.ts'
import { ask } from './support/postgres.ts'
import { startService } from './support/service.ts'
import { addressOf, emptyDatabase, engines } from './support/stores.ts'
import { contact, sameOrigin, tokenField } from './support/browse.ts'

/** One connection that stays open: a process without descriptors accepts no other. */
function browserAt(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => {
    agent.destroy()
  })
  return async (method: string, path: string, fields: Record<string, string> = {}, headers = {}) => {
    const body = new URLSearchParams(fields).toString()
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(body.length) }
    const request = send(`${url}${path}`, { method, agent, headers: { ...(method === 'POST' && form), ...headers } })
    request.end(method === 'POST' ? body : undefined)
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    const html = await text(answer)
    return { status: answer.statusCode, headers: answer.headers, html, page: page(html) }
  }
}

describe.each(engines)('without a descriptor left, on %s, the service', (engine) => {
  it(
    'without file descriptors the service is busy, serves cached files, and recovers by itself',
    { timeout: 60_000 },
    async () => {
      const database = await emptyDatabase(engine)
      const port = await freePort()
      const productCode = 'examplecode000000000000000'
      const service = await startService({
        DATABASE_URL: addressOf(database),
        PRODUCT_CODES: productCode,
        AWS_ENDPOINT_URL_MARKETPLACE_METERING: `http://127.0.0.1:${String(port)}`,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
      })
      // AWS starts only now, so that the check at the start has left no connection.
      await vi.waitFor(
        () => {
          expect(service.output()).toContain('ResolveCustomer would fail')
        },
        { timeout: 20_000 },
      )
      const simulator = await startSimulator({ port, productCode })
      onTestFinished(() => simulator.close())
      const go = browserAt(service.url)
      await go('GET', '/readyz')
      // The body parser loads its character sets with the first form.
      await go('POST', '/')
      const { token, fields } = simulator.issueToken('new-buyer')
      const release = exhaustDescriptors(service.child.pid ?? 0)

      // No connection to AWS.
      const busy = await go('POST', '/', { [tokenField]: token, ...fields })
      expect([busy.status, busy.page.name, busy.headers['retry-after']]).toEqual([503, 'service-busy', '5'])
      expect(busy.page.fields('#retry-form')).toMatchObject({ [tokenField]: token })
      expect(busy.html).not.toMatch(/EMFILE|node_modules|\.ts:/)
      expect((await go('GET', '/')).page.name).toBe('start')
      const asset = await go('GET', '/assets/page.js')
      expect([asset.status, asset.page.name]).toEqual([503, 'service-busy'])
      release()

      const landed = await go('POST', '/', { [tokenField]: token, ...fields })
      expect(landed.status).toBe(303)
      const headers = { Cookie: String(landed.headers['set-cookie']).split(';')[0], ...sameOrigin }

      // With connections to AWS and the database, buyers are not affected, even by the first rendering of these pages.
      const another = simulator.issueToken('new-buyer')
      const releaseAgain = exhaustDescriptors(service.child.pid ?? 0)
      expect((await go('POST', '/', { [tokenField]: another.token, ...another.fields })).status).toBe(303)
      expect((await go('GET', '/registration', {}, headers)).page.name).toBe('registration')
      expect((await go('POST', '/registration', contact, headers)).status).toBe(303)
      expect((await go('GET', '/registration/complete', {}, headers)).page.name).toBe('complete')

      if (database.engine === 'postgres') {
        const { url } = database
        const registration = async () => {
          await ask(
            url,
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'marketplace-landing' and datname = current_database()",
          )
          // The service must have closed its lost connections. Take their descriptors, too.
          await pause(300)
          exhaustDescriptors(service.child.pid ?? 0)
          const answer = await go('GET', '/registration', {}, headers)
          return [answer.status, answer.page.name]
        }
        await expect.poll(registration).toEqual([503, 'service-busy'])
      }
      releaseAgain()
      expect((await go('GET', '/registration', {}, headers)).page.name).toBe('registration')
      expect((await go('GET', '/readyz')).status).toBe(200)
      expect(service.output()).toContain('Raise the limit of open files and sockets')
    },
  )
})
