import { expect, it, onTestFinished, vi } from 'vitest'
import { checkDeliveries } from '../../src/cli/doctor/deliveries.ts'
import { ok, skipped, warning } from '../../src/cli/doctor/finding.ts'
import { checkMail } from '../../src/cli/doctor/mail.ts'
import { checkNewBuyers } from '../../src/cli/doctor/new-buyers.ts'
import { checkWebhook } from '../../src/cli/doctor/webhook.ts'
import { parseConfig } from '../../src/config/config.ts'
import { startSimulator } from '../../simulator/src/simulator.ts'
import { environment } from '../support/environment.ts'
import { account, startMailServer } from '../support/mail-server.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/listen.ts'
import { aLanding, emptyDatabase, engines, execute, noon, openTestStore } from '../support/stores.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const now = () => noon

it('the doctor sends a signed test event with user and password to the webhook', async () => {
  const received: unknown[] = []
  const { port } = await listen((request, response) => {
    void request.toArray().then((parts) => {
      const { authorization, 'webhook-signature': signature } = request.headers
      received.push({
        authorization,
        signature,
        body: JSON.parse(Buffer.concat(parts as Buffer[]).toString()) as unknown,
      })
      response.end()
    })
  })
  const config = parseConfig(
    environment({ WEBHOOK_URL: `http://me:p%40ss@127.0.0.1:${String(port)}/hook`, WEBHOOK_SECRET: secret }),
  )
  expect(await checkWebhook({ config, now })).toEqual(ok(`127.0.0.1:${String(port)} accepted an event of type test`))
  expect(received).toEqual([
    {
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
      signature: expect.stringMatching(/^v1,/) as string,
      body: { type: 'test', timestamp: noon.toISOString(), data: {} },
    },
  ])
})

const mailVariables = { MAIL_URL: 'smtp://127.0.0.1:1025', MAIL_FROM: 'no-reply@example.com' }

it.each([
  ['WEBHOOK_URL', { WEBHOOK_URL: 'https://app.northwind.test/hook', WEBHOOK_SECRET: secret }, 'the webhook'],
  ['API_SECRET', { API_SECRET: 'a-secret-of-at-least-thirty-two-characters' }, 'the API'],
  ['the console', { CONSOLE_OPEN: 'true' }, 'the console'],
  ['NOTIFY_EMAIL', { ...mailVariables, NOTIFY_EMAIL: 'ops@northwind.test' }, 'mail to NOTIFY_EMAIL'],
])('the doctor accepts %s as the way to notice a new buyer', (_, variables, way) => {
  expect(checkNewBuyers({ config: parseConfig(environment(variables)) })).toEqual(ok(`shown by ${way}`))
})

it('the doctor warns if nothing reports a new buyer, and if buyers get no confirmation', async () => {
  expect(checkNewBuyers({ config: parseConfig(environment(mailVariables)) })).toEqual(
    warning(
      'nothing reports a new buyer',
      'Set WEBHOOK_URL, NOTIFY_EMAIL (with MAIL_URL), API_SECRET or the console (CONSOLE_OIDC_ISSUER). Until then only npm run registrations shows buyers.',
    ),
  )
  expect(await checkMail({ config: parseConfig(environment()) })).toEqual(
    warning(
      'MAIL_URL is not set: buyers get no confirmation',
      'Set MAIL_URL and MAIL_FROM. Without them, write to each buyer yourself: AWS requires a notice when the account is ready.',
    ),
  )
})

function checkMailAt(url: string) {
  return checkMail({ config: parseConfig(environment({ MAIL_URL: url, MAIL_FROM: 'no-reply@example.com' })) })
}

it('the doctor signs in to the mail server and sends nothing', async () => {
  const { port, mails } = await startMailServer({ authOptional: false, allowInsecureAuth: true })
  const login = `${account.user}:${encodeURIComponent(account.pass)}`
  expect(await checkMailAt(`smtp://${login}@127.0.0.1:${String(port)}`)).toEqual(
    ok(`127.0.0.1:${String(port)} accepts the user and password`),
  )
  expect(mails).toEqual([])
})

it('the doctor warns about a mail server without TLS, and finds one that does not listen', async () => {
  const { port } = await startMailServer()
  expect(await checkMailAt(`smtp://127.0.0.1:${String(port)}?tls=none`)).toMatchObject({
    ...{ status: 'warning', found: `127.0.0.1:${String(port)} answers, without TLS` },
    fixes: [expect.stringMatching(/^Remove \?tls=none/)],
  })
  expect(await checkMailAt(`smtp://127.0.0.1:${String(await freePort())}`)).toMatchObject({
    ...{ status: 'failed', found: expect.stringMatching(/: connection refused/) as string },
    fixes: [expect.stringMatching(/^Start the receiver, or correct the host and port in MAIL_URL/)],
  })
})

function checkSesAt(url: string) {
  const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  for (const [name, value] of Object.entries({ ...credentials, AWS_ENDPOINT_URL_SESV2: url })) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  return checkMailAt('ses://eu-west-1')
}

it('the doctor signs in to Amazon SES and sends nothing', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  expect(await checkSesAt(simulator.url)).toMatchObject({
    ...{ status: 'ok', fixes: [] },
    found: expect.stringMatching(/^Amazon SES in eu-west-1 sends mail of this account; .* -- --test$/) as string,
  })
  expect(await (await fetch(`${simulator.url}/inbox`)).json()).toEqual([])
})

it.each([
  ['a role that may not ask', 403, 'AccessDeniedException', {}, 'ok', /accepts the credentials/, null],
  ['a pause', 200, '', { SendingEnabled: false, ProductionAccessEnabled: true }, 'failed', /sends no mail/, /paused/],
  ['the sandbox', 200, '', { SendingEnabled: true, ProductionAccessEnabled: false }, 'warning', /sandbox/, /access/],
  ['an unknown key', 403, 'UnrecognizedClientException', {}, 'failed', /UnrecognizedClient/, /AWS_ACCESS_KEY_ID/],
  [
    'expired credentials',
    403,
    'ExpiredTokenException',
    {},
    'failed',
    /ExpiredToken/,
    /credentials, which have expired/,
  ],
  ['an outage', 500, 'InternalFailure', {}, 'failed', /InternalFailure/, /AWS Health/],
])('the doctor finds at Amazon SES %s', async (_, status, type, body, verdict, found, fix) => {
  const { url } = await listen((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
    response.end(JSON.stringify(body))
  })
  const finding = await checkSesAt(url)
  expect([finding.status, finding.found]).toEqual([verdict, expect.stringMatching(found)])
  expect(finding.fixes).toEqual(fix === null ? [] : [expect.stringMatching(fix)])
})

it('the doctor finds that Amazon SES is unreachable', async () => {
  const finding = await checkSesAt(`http://127.0.0.1:${String(await freePort())}`)
  expect(finding).toMatchObject({ status: 'failed', fixes: [expect.stringContaining('reach Amazon SES')] })
})

it.each(engines)('the doctor counts the notifications that are pending or dead, on %s', async (engine) => {
  const database = await emptyDatabase(engine)
  const store = await openTestStore(database, {
    messagesFor: () => [{ receiver: 'webhook', recipient: null, audience: 'seller', body: '{}' }],
  })
  const { id } = await store.registrations.recordLanding(aLanding({ at: noon }))
  const config = { ...parseConfig(environment()), database }
  const check = () => checkDeliveries({ config, database: Promise.resolve(ok('migrated')) })
  expect(await check()).toEqual(ok('0 pending; 0 dead'))
  const contact = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
  await store.registrations.complete(id, { contact, language: 'en', at: noon })
  expect(await check()).toEqual(ok('1 pending, the oldest for 0 min; 0 dead'))
  await execute(
    database,
    engine === 'sqlite'
      ? `update deliveries set created_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-45 minutes')`
      : `update deliveries set created_at = created_at - interval '45 minutes'`,
  )
  expect(await check()).toMatchObject({ status: 'warning', found: '1 pending, the oldest for 45 min; 0 dead' })
  const [delivery] = await store.outbox.claim('webhook', 1)
  if (delivery !== undefined) await store.outbox.markDead(delivery, 'HTTP 410')
  expect(await check()).toMatchObject({
    ...{ status: 'warning', found: '0 pending; 1 dead' },
    fixes: [expect.stringContaining('--retry all')],
  })
  const unknown = checkDeliveries({ config, database: Promise.resolve(skipped('not reached')) })
  expect(await unknown).toEqual(skipped('not checked: needs the database'))
  await store.close()
})
