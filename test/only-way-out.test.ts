import { createServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '../simulator/src/simulator.ts'
import { environment } from './support/environment.ts'
import { sameOrigin, tokenField } from './support/browse.ts'
import { run } from './support/command.ts'
import { startProxy } from './support/proxy.ts'
import { startService } from './support/service.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const hosts = ['hooks.invalid', 'login.invalid']
const issuer = 'https://login.invalid'

/** A sign-in provider's responses to the doctor. */
const provider: Readonly<Record<string, readonly [status: number, body: object]>> = {
  '/.well-known/openid-configuration': [
    200,
    { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` },
  ],
  '/jwks': [200, { keys: [{ kty: 'RSA' }] }],
  '/token': [400, { error: 'invalid_grant' }],
}

/** A webhook receiver and a sign-in provider over https, and the file that makes their certificate trusted. */
async function startReceiver() {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'invalid' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  })
  const certFile = join(temporaryFolder(), 'receiver.pem')
  writeFileSync(certFile, cert)
  const received: string[] = []
  const server = createServer({ key, cert }, (req, res) => {
    const answer = provider[req.url ?? '']
    if (answer !== undefined) {
      res.writeHead(answer[0], { 'Content-Type': 'application/json' }).end(JSON.stringify(answer[1]))
      return
    }
    req.on('data', (chunk: Buffer) => received.push(chunk.toString()))
    req.on('end', () => res.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, certFile, received }
}

/**
 * None of these names exists in DNS, so a call that does not go through the proxy fails. Behind the proxy are the simulated AWS,
 * the receiver and the sign-in provider.
 */
it(
  'landing, webhook, mail, subscriptions, console and doctor work through a proxy only',
  { timeout: 120_000 },
  async () => {
    const simulator = await startSimulator({ webhookSecret, activateAfterMs: 0 })
    onTestFinished(() => simulator.close())
    const receiver = await startReceiver()
    const proxy = await startProxy((target) =>
      hosts.includes(target.replace(/:443$/, '')) ? receiver.port : Number(new URL(simulator.url).port),
    )
    const folder = temporaryFolder()
    const env = {
      ...{ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '' },
      NODE_EXTRA_CA_CERTS: receiver.certFile,
      ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
      ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
      AWS_ENDPOINT_URL_MARKETPLACE_METERING: 'http://metering.invalid',
      AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: 'http://agreement.invalid',
      AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: 'http://entitlement.invalid',
      AWS_ENDPOINT_URL_SQS: 'http://sqs.invalid',
      AWS_ENDPOINT_URL_SESV2: 'http://ses.invalid',
      AWS_ENDPOINT_URL_STS: 'http://sts.invalid',
      DATABASE_URL: `sqlite:${folder}/landing.db`,
      ...{ PRODUCT_CODES: simulator.productCode, PRODUCT_IDS: simulator.productId },
      EVENTS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/marketplace-events',
      ...{ WEBHOOK_URL: 'https://hooks.invalid/marketplace', WEBHOOK_SECRET: webhookSecret },
      ...{ CONSOLE_OIDC_ISSUER: issuer, CONSOLE_OIDC_CLIENT_ID: 'landing', CONSOLE_OIDC_CLIENT_SECRET: 'secret' },
      CONSOLE_ALLOW: '*',
      ...{ MAIL_URL: 'ses://us-east-1', MAIL_FROM: 'no-reply@example.com' },
    }
    const service = await startService(env)

    const { token } = simulator.issueToken('new-buyer')
    const landed = await fetch(service.url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ [tokenField]: token }),
    })
    expect([landed.status, landed.headers.get('location')]).toEqual([303, '/registration'])
    const cookie = landed.headers.getSetCookie().map((one) => one.split(';')[0])
    const registered = await fetch(`${service.url}/registration`, {
      ...{ method: 'POST', redirect: 'manual' },
      headers: { cookie: cookie.join('; '), ...sameOrigin },
      body: new URLSearchParams({ email: 'ada@example.com', name: 'Ada', company: 'Example' }),
    })
    expect(registered.status).toBe(303)

    const inbox = async () => (await (await fetch(`${simulator.url}/inbox`)).json()) as readonly { to: unknown }[]
    const types = () => receiver.received.map((body) => (JSON.parse(body) as { type: string }).type)
    await expect.poll(async () => (await inbox()).length, { timeout: 30_000 }).toBe(1)
    await expect
      .poll(types, { timeout: 60_000 })
      .toEqual(expect.arrayContaining(['registration.completed', 'subscription.activated']))

    const signIn = await fetch(`${service.url}/console`, { redirect: 'manual' })
    expect(signIn.headers.get('location')).toMatch(/^https:\/\/login\.invalid\/auth\?/)

    const doctor = await run('cli/doctor/main.ts', ['--json'], environment(env))
    const { checks } = JSON.parse(doctor.stdout) as { checks: readonly { name: string; status: string }[] }
    const statusOf = (name: string) => checks.find((check) => check.name === name)?.status
    expect(
      Object.fromEntries(
        ['credentials', 'ResolveCustomer', 'queue', 'SearchAgreements', 'webhook', 'mail', 'console'].map((name) => [
          name,
          statusOf(name),
        ]),
      ),
    ).toEqual({
      ...{ credentials: 'ok', ResolveCustomer: 'ok', queue: 'ok' },
      ...{ SearchAgreements: 'ok', webhook: 'ok', mail: 'ok', console: 'ok' },
    })
    expect([...new Set(proxy.asked)].toSorted()).toEqual([
      'agreement.invalid:80',
      'entitlement.invalid:80',
      'hooks.invalid:443',
      // PUBLIC_URL, by the doctor.
      'localhost:3000',
      'login.invalid:443',
      'metering.invalid:80',
      'ses.invalid:80',
      'sqs.invalid:80',
      'sts.invalid:80',
    ])
  },
)
