import { once } from 'node:events'
import { request } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { selfSignedCertificate } from '../support/certificate.ts'
import { run } from '../support/command.ts'
import { listen } from '../support/listen.ts'
import { startApp } from '../support/started-app.ts'

/** An https proxy, like a load balancer. Its target is set later. */
async function startBalancer() {
  const { key, cert, certFile } = selfSignedCertificate()
  let target = ''
  const server = createHttpsServer({ key, cert }, (incoming, outgoing) => {
    const { headers, method, url } = incoming
    const forwarded = { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' }
    incoming.pipe(
      request(`${target}${url ?? '/'}`, { method, headers: forwarded }, (answer) => {
        answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers))
      }),
    )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `https://localhost:${String((server.address() as AddressInfo).port)}`
  return { url, certFile, leadTo: (address: string) => (target = address) }
}

it('as a process, the doctor finds nothing to fix in a running app behind https that notifies a webhook', async () => {
  const { url, certFile, leadTo } = await startBalancer()
  const received: string[] = []
  const receiver = await listen((incoming, answer) => {
    received.push(String(incoming.headers['webhook-signature']))
    answer.end()
  })
  const webhook = {
    WEBHOOK_URL: `${receiver.url}/secret-path`,
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  }
  const app = await startApp('sqlite', { PUBLIC_URL: url, TRUST_PROXY_HOPS: '1', ...webhook })
  leadTo(app.url)
  const ended = await run('cli/doctor/main.ts', [], {
    ...app.env,
    ...{
      AWS_ENDPOINT_URL: app.simulator.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'very-secret-key',
    },
    NODE_EXTRA_CA_CERTS: certFile,
  })
  expect([ended.code, ended.stderr]).toEqual([0, ''])
  expect(ended.stdout).toMatch(/^✓ landing +POST https:\/\/localhost:\d+\/ reaches this app/m)
  expect(ended.stdout).toMatch(/^✓ webhook +127\.0\.0\.1:\d+ accepted an event of type test$/m)
  expect(ended.stdout).toMatch(/^All is well; \d warnings; \d+ checks skipped\.$/m)
  expect(ended.stdout).not.toMatch(/secret/)
  expect(received).toHaveLength(1)
})
