import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { ok, skipped } from '../../src/cli/doctor/check.ts'
import { checkDeliveries } from '../../src/cli/doctor/deliveries.ts'
import { checkMail } from '../../src/cli/doctor/mail.ts'
import { checkWebhook } from '../../src/cli/doctor/webhook.ts'
import { startSimulator } from '../../simulator/src/simulator.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { run } from '../support/command.ts'
import { environment } from '../support/environment.ts'
import { account, startMailServer } from '../support/mail-server.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/listen.ts'
import { aLanding, emptyDatabase, engines, execute, noon, openTestStore } from '../support/stores.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const webhookAt = (url: string) => checkWebhook({ url, authorization: null, secrets: [secret] })

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

it('the doctor reaches a webhook over TLS that it trusts, and sends nothing', async () => {
  const { key, cert, certFile } = selfSignedCertificate()
  let requests = 0
  const server = createHttpsServer({ key, cert }, () => (requests += 1))
  const url = `https://localhost:${String(await listening(server))}/secret-path`
  const env = environment({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret, NODE_EXTRA_CA_CERTS: certFile })
  const { stdout } = await run('cli/doctor/main.ts', [], env)
  expect(stdout).toMatch(/✓ webhook +localhost:\d+ is reached, TLSv1\.3, its certificate is good until /)
  expect(stdout).not.toMatch(/secret-path|whsec_/)
  expect(requests).toBe(0)
})

it('the doctor finds TLS that nobody can trust', async () => {
  const server = createHttpsServer(selfSignedCertificate())
  const check = await webhookAt(`https://localhost:${String(await listening(server))}/`)
  expect(check).toMatchObject({ status: 'failed', hint: expect.stringContaining('renew the certificate') as string })
  expect(check.found).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT$/)
})

it('the doctor finds a host without TLS, one where nothing listens, and a name that there is not', async () => {
  const plain = createServer((socket) => socket.end('no TLS here\n'))
  const found = await Promise.all([
    webhookAt(`https://127.0.0.1:${String(await listening(plain))}/`),
    webhookAt(`http://127.0.0.1:${String(await freePort())}/`),
    webhookAt('https://nowhere.invalid/'),
  ])
  expect(found.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
  expect(found[0].found).toMatch(/SSL|EPROTO|ECONNRESET/)
  expect(found[1].hint).toMatch(/^Nothing listens there/)
  expect(found[2].found).toMatch(/^nowhere\.invalid: (ENOTFOUND|EAI_AGAIN)$/)
})

it('the doctor waits for a silent webhook, but not for ever', async () => {
  const silent = createServer()
  const check = await webhookAt(`https://127.0.0.1:${String(await listening(silent))}/`)
  expect(check).toMatchObject({ status: 'failed', found: expect.stringMatching(/: no answer in time$/) as string })
})

it('the doctor signs in to the mail server and sends nothing, and says what the server refuses', async () => {
  const { port, mails } = await startMailServer({ authOptional: false, allowInsecureAuth: true })
  const at = (pass: string, port: number) =>
    checkMail({
      transport: {
        kind: 'smtp',
        name: 'localhost',
        host: '127.0.0.1',
        port,
        tls: 'optional',
        auth: { user: account.user, pass },
      },
      ...{ from: 'no-reply@example.com', notify: [] },
    })
  expect(await at(account.pass, port)).toMatchObject({ status: 'ok', found: `127.0.0.1:${String(port)} lets us in` })
  const refused = await at('wrong-password', port)
  expect(refused).toMatchObject({ status: 'failed', hint: expect.stringContaining('password') as string })
  expect(refused.found).toMatch(/: SMTP 535 after AUTH/)
  expect(JSON.stringify(refused)).not.toContain('wrong-password')
  expect(await at(account.pass, await freePort())).toMatchObject({ status: 'failed' })
  expect(mails).toEqual([])
})

function checkSesAt(url: string) {
  const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  for (const [name, value] of Object.entries({ ...credentials, AWS_ENDPOINT_URL_SESV2: url })) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  return checkMail({ transport: { kind: 'ses', region: 'eu-west-1' }, from: 'no-reply@example.com' })
}

it('the doctor signs in to Amazon SES and sends nothing', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  expect(await checkSesAt(simulator.url)).toMatchObject({
    status: 'ok',
    found: expect.stringMatching(/^Amazon SES in eu-west-1 sends for this account; .* deliveries -- --test$/) as string,
  })
  expect(await (await fetch(`${simulator.url}/inbox`)).json()).toEqual([])
})

it.each([
  ['a role that may not ask', 403, 'AccessDeniedException', {}, 'ok', /knows this role/, null],
  ['a pause', 200, '', { SendingEnabled: false, ProductionAccessEnabled: true }, 'failed', /nothing/, /paused/],
  ['the sandbox', 200, '', { SendingEnabled: true, ProductionAccessEnabled: false }, 'warning', /sandbox/, /access/],
  ['an unknown key', 403, 'UnrecognizedClientException', {}, 'failed', /UnrecognizedClient/, /AWS_ACCESS_KEY_ID/],
  ['expired credentials', 403, 'ExpiredTokenException', {}, 'failed', /ExpiredToken/, /credentials have expired/],
  ['an outage', 500, 'InternalFailure', {}, 'failed', /InternalFailure/, /reach Amazon SES/],
])('the doctor finds at Amazon SES %s', async (_, status, type, body, verdict, found, hint) => {
  const { url } = await listen((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
    response.end(JSON.stringify(body))
  })
  const check = await checkSesAt(url)
  expect([check.status, check.found]).toEqual([verdict, expect.stringMatching(found)])
  expect(check.hint).toEqual(hint === null ? null : expect.stringMatching(hint))
})

it('the doctor finds no way to Amazon SES', async () => {
  const check = await checkSesAt(`http://127.0.0.1:${String(await freePort())}`)
  expect(check).toMatchObject({ status: 'failed', hint: expect.stringContaining('reach Amazon SES') as string })
})

it.each(engines)('the doctor counts what waits and what is dead, on %s', async (engine) => {
  const database = await emptyDatabase(engine)
  const store = await openTestStore(database, {
    messagesFor: () => [{ receiver: 'webhook', recipient: null, audience: 'seller', body: '{}' }],
  })
  const { id } = await store.registrations.recordLanding(aLanding({ at: noon }))
  const well = ok('database', 'migrated')
  const check = () => checkDeliveries(database, well)
  expect(await check()).toEqual(ok('deliveries', '0 waiting; 0 dead'))
  const contact = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
  await store.registrations.complete(id, { contact, language: 'en', at: noon })
  expect(await check()).toEqual(ok('deliveries', '1 waiting, the oldest for 0 min; 0 dead'))
  await execute(
    database,
    engine === 'sqlite'
      ? `update deliveries set created_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-45 minutes')`
      : `update deliveries set created_at = created_at - interval '45 minutes'`,
  )
  expect(await check()).toMatchObject({ status: 'warning', found: '1 waiting, the oldest for 45 min; 0 dead' })
  const [delivery] = await store.outbox.claim('webhook', 1)
  if (delivery !== undefined) await store.outbox.markDead(delivery, 'HTTP 410')
  expect(await check()).toMatchObject({
    ...{ status: 'warning', found: '0 waiting; 1 dead' },
    hint: expect.stringContaining('--retry all') as string,
  })
  expect(await checkDeliveries(database, skipped('database', 'away'))).toMatchObject({ status: 'skipped' })
  await store.close()
})
