import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Environment } from '../../src/config/environment.ts'
import type { SimulatorOptions } from '../../simulator/src/simulator.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { doctor, simulatedAws, soundSetup } from '../support/doctor.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/listen.ts'
import { account, startMailServer } from '../support/mail-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Broken = Environment | (() => Promise<Environment>)

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** A service at PUBLIC_URL with this response. */
function publicUrl(
  status: number,
  { body = '', headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Broken {
  const listener: RequestListener = (_request, response) => response.writeHead(status, headers).end(body)
  return async () => ({ PUBLIC_URL: (await listen(listener)).url, TRUST_PROXY_HOPS: '0' })
}

function webhook(status: number, headers: Record<string, string> = {}): Broken {
  return async () => ({
    WEBHOOK_URL: (await listen((_request, response) => response.writeHead(status, headers).end())).url,
    WEBHOOK_SECRET: secret,
  })
}

async function selfSigned(): Promise<Environment> {
  const server = createHttpsServer(selfSignedCertificate(), (_request, response) => response.end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { PUBLIC_URL: `https://localhost:${String((server.address() as AddressInfo).port)}` }
}

async function noDatabase(): Promise<Environment> {
  const path = join(temporaryFolder(), 'landing.db')
  writeFileSync(path, 'not a database, but long enough to be taken for one'.repeat(100))
  return Promise.resolve({ DATABASE_URL: `sqlite:${path}` })
}

async function wrongPassword(): Promise<Environment> {
  const { port } = await startMailServer({ authOptional: false, allowInsecureAuth: true })
  return { MAIL_URL: `smtp://${account.user}:hunter2@127.0.0.1:${String(port)}`, MAIL_FROM: 'no-reply@example.com' }
}

const expiredAtSts: Broken = async () => {
  const error =
    '<Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token has expired</Message></Error>'
  const { url } = await listen((_request, response) => {
    response.writeHead(403, { 'Content-Type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`)
  })
  return { AWS_ENDPOINT_URL_STS: url }
}

const role = (name: string) => ({ MARKETPLACE_ROLE_ARN: `arn:aws:iam::222233334444:role/${name}` })
const queue = (url: string) => ({ EVENTS_QUEUE_URL: `${url}/111122223333/marketplace-events` })

/** The fault; the variables; the line of the report; the fix; the behavior of the simulated AWS. */
const setups: readonly (readonly [what: string, Broken, line: RegExp, fix: RegExp, SimulatorOptions?])[] = [
  [
    'a fulfillment URL that redirects',
    publicUrl(301, { headers: { location: 'https://www.northwind.test/register?token=x' } }),
    /^✗ landing .* is redirected to https:\/\/www\.northwind\.test\/register \(HTTP 301\): the POST becomes a GET/,
    /Remove the redirect, or set PUBLIC_URL and the fulfillment URL at AWS Marketplace/,
  ],
  [
    'another service at PUBLIC_URL',
    publicUrl(404),
    /^✗ landing .*HTTP 404, and not by this app/,
    /DNS record and the load balancer rule of PUBLIC_URL/,
  ],
  [
    'a sign-in in front of PUBLIC_URL',
    publicUrl(401),
    /^✗ landing .*HTTP 401/,
    /Let POST \/ of PUBLIC_URL pass without sign-in/,
  ],
  [
    'a load balancer without an instance',
    publicUrl(503),
    /^✗ landing .*HTTP 503 by a proxy/,
    /Start the app, and check .*target group/,
  ],
  [
    'a proxy that does not say https',
    publicUrl(500, { body: '<body class="x" data-page="connection-insecure">' }),
    /^✗ landing .*connection-insecure/,
    /X-Forwarded-Proto: https, and set TRUST_PROXY_HOPS/,
  ],
  [
    'a host of PUBLIC_URL that DNS does not know',
    { PUBLIC_URL: 'https://nowhere.invalid' },
    /^✗ landing .*ENOTFOUND \(nowhere\.invalid\)/,
    /Create the DNS record of PUBLIC_URL/,
  ],
  [
    'a certificate of PUBLIC_URL that no browser trusts',
    selfSigned,
    /^✗ landing .*DEPTH_ZERO_SELF_SIGNED_CERT/,
    /certificate of a public authority for PUBLIC_URL, with its whole chain/,
  ],
  [
    'https without a trusted proxy',
    { TRUST_PROXY_HOPS: '0' },
    /^✗ proxies .*connection-insecure/,
    /Set TRUST_PROXY_HOPS to the exact number/,
  ],
  [
    'a database that is down',
    { DATABASE_URL: 'postgres://landing:hunter2@127.0.0.1:1/landing' },
    /^✗ database +PostgreSQL: ECONNREFUSED/,
    /host and port of DATABASE_URL/,
  ],
  ['a file that is no database', noDatabase, /^✗ database +SQLite, .*: file is not a database/, /./],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    /^✗ credentials +CredentialsProviderError/,
    /AWS_ACCESS_KEY_ID/,
  ],
  ['credentials that AWS STS calls expired', expiredAtSts, /^✗ credentials +ExpiredToken/, /have expired/],
  [
    'credentials that expired, as AWS Marketplace says',
    {},
    /^✗ ResolveCustomer +marketplace-denied in us-east-1: ExpiredTokenException/,
    /Renew the app's own AWS credentials, which have expired/,
    { unknownTokens: 'expired-credentials-403' },
  ],
  [
    'a role that cannot be assumed',
    role('not-assumable'),
    /^✗ role +AccessDenied/,
    /trust policy must allow sts:AssumeRole/,
  ],
  [
    'a role that may not call ResolveCustomer',
    {},
    /^✗ ResolveCustomer +marketplace-denied in us-east-1: AccessDenied/,
    /\{"Effect":"Allow","Action":"aws-marketplace:ResolveCustomer","Resource":"\*"\}/,
    { unknownTokens: 'access-denied' },
  ],
  [
    'a Region in which ResolveCustomer is disabled',
    { MARKETPLACE_REGION: 'eu-west-1' },
    /^✗ ResolveCustomer +marketplace-disabled in eu-west-1/,
    /MARKETPLACE_REGION/,
    { unknownTokens: 'disabled' },
  ],
  [
    'no way to AWS Marketplace',
    { AWS_ENDPOINT_URL_MARKETPLACE_METERING: 'http://127.0.0.1:1' },
    /^✗ ResolveCustomer +marketplace-unreachable/,
    /NAT gateway/,
  ],
  [
    'AWS Marketplace that does not answer',
    { MARKETPLACE_DEADLINE_MS: '300' },
    /^✗ ResolveCustomer +marketplace-unreachable.*within 300 ms/,
    /NAT gateway/,
    { unknownTokens: 'hanging' },
  ],
  [
    'a queue of another account',
    async () => Promise.resolve({ ...queue('https://sqs.us-east-1.amazonaws.com'), ...role('seller') }),
    /^✗ queue +it is in AWS account 111122223333, the calls come from 222233334444/,
    /queue of the account that published the product/,
  ],
  ['a webhook that refuses the secret', webhook(401), /^✗ webhook .*: HTTP 401/, /Compare WEBHOOK_SECRET/],
  [
    'a webhook that redirects',
    webhook(302, { location: '/elsewhere' }),
    /^✗ webhook .*: HTTP 302/,
    /Set WEBHOOK_URL to the address at the end of the redirect/,
  ],
  ['a webhook that has moved', webhook(404), /^✗ webhook .*: HTTP 404/, /Correct the path of WEBHOOK_URL/],
  [
    'a webhook behind a challenge page',
    webhook(403, { 'cf-mitigated': 'challenge' }),
    /^✗ webhook .*challenge page of Cloudflare/,
    /Let Cloudflare pass this path/,
  ],
  [
    'a webhook that nobody serves',
    async () => ({ WEBHOOK_URL: `http://127.0.0.1:${String(await freePort())}/`, WEBHOOK_SECRET: secret }),
    /^✗ webhook .*: connection refused/,
    /Start the receiver, or correct the host and port in WEBHOOK_URL/,
  ],
  [
    'a wrong password of the mail server',
    wrongPassword,
    /^✗ mail .*: SMTP 535.* after AUTH/,
    /user or password in MAIL_URL/,
  ],
]

it.each(setups.map(([what, ...setup]) => ({ what, setup })))(
  'the doctor finds $what and says what to change',
  async ({ setup }) => {
    const [broken, line, fix, aws = {}] = setup
    const { variables } = await simulatedAws(aws)
    const env = typeof broken === 'function' ? await broken() : broken
    const { code, stdout, stderr } = await doctor(await soundSetup({ ...variables, ...env }))
    const lines = stdout.split('\n')
    const found = lines.filter((text) => text.startsWith('✗'))
    expect(found).toEqual([expect.stringMatching(line)])
    const at = lines.indexOf(found[0] ?? '')
    const end = lines.findIndex((text, index) => index > at && !text.startsWith('   '))
    expect(lines.slice(at + 1, end).join('\n')).toMatch(fix)
    expect(stdout).toMatch(/^1 fault to fix; /m)
    expect(stdout).not.toMatch(/very-secret|hunter2|a-secret-of-at-least|whsec_|token=x/)
    expect([code, stderr]).toEqual([1, ''])
  },
)

it('the doctor only warns if nothing listens at a local PUBLIC_URL, or if its network cannot reach it', async () => {
  const { variables } = await simulatedAws()
  const local = { PUBLIC_URL: `http://localhost:${String(await freePort())}`, TRUST_PROXY_HOPS: '0' }
  const ended = await doctor(await soundSetup({ ...variables, ...local }))
  expect(ended.stdout).toMatch(/^! address +http:\/\/localhost:\d+ is for this machine only\n +→ Set PUBLIC_URL/m)
  expect(ended.stdout).toMatch(/^! landing +PUBLIC_URL cannot be reached: ECONNREFUSED .*\n +→ Start the app/m)
  expect(ended.code).toBe(0)
})
