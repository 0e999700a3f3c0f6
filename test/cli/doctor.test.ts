import { createServer } from 'node:http'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { weakness } from '../../src/cli/doctor/database.ts'
import { runDoctor } from '../../src/cli/doctor/run.ts'
import { checkEndpoints } from '../../src/cli/doctor/setup.ts'
import type { ScenarioName } from '../../simulator/src/scenarios/scenarios.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/src/simulator.ts'
import { call, type Ended } from '../support/command.ts'
import { environment } from '../support/environment.ts'
import { endless, listen } from '../support/listen.ts'
import { createDatabase } from '../support/postgres.ts'
import { startService } from '../support/service.ts'
import { execute, openTestStore } from '../support/stores.ts'

type Env = Readonly<Record<string, string | undefined>>

/** A folder that goes with the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'doctor-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true })
  })
  return path
}

async function migratedFile(): Promise<string> {
  const path = join(folder(), 'landing.db')
  await (await openTestStore({ engine: 'sqlite', path })).close()
  return path
}

async function aSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

function at(url: string) {
  return {
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'very-secret-key',
  }
}

const names = {
  PRODUCT_NAME: 'Northwind Insights',
  SELLER_NAME: 'Northwind',
  SUPPORT_EMAIL: 'support@northwind.test',
  SIGN_IN_URL: 'https://app.northwind.test/log-in',
}

/** Calls the doctor in surroundings where all is well, except for what the test changes. The AWS SDK reads its own variables. */
async function doctor(env: Env = {}, args: readonly string[] = []): Promise<Ended> {
  const well = { ...names, PUBLIC_URL: 'https://register.northwind.test', TRUST_PROXY_HOPS: '1' }
  const database = env['DATABASE_URL'] ?? `sqlite:${await migratedFile()}`
  const variables = environment({ ...well, DATABASE_URL: database, ...env })
  for (const name of Object.keys(variables).filter((name) => name.startsWith('AWS_'))) vi.stubEnv(name, variables[name])
  onTestFinished(() => void vi.unstubAllEnvs())
  const ended = await call(runDoctor, args, variables)
  expect(ended.stderr).toBe('')
  expect(ended.stdout).not.toMatch(/very-secret|hunter2|a-secret-of-at-least/)
  return ended
}

/** The mark and text of each check. */
function marks({ stdout }: Ended): Readonly<Record<string, string>> {
  const lines = stdout.split('\n').flatMap((line) => [...line.matchAll(/^([✓✗!–]) (\S+) +(.*)$/g)])
  return Object.fromEntries(lines.map(([, mark = '', name = '', found = '']) => [name, `${mark} ${found}`]))
}

it('says so, line by line, when all is well', async () => {
  const ended = await doctor(at((await aSimulator()).url))
  expect(marks(ended)).toEqual({
    configuration: '✓ complete',
    address: '✓ https://register.northwind.test',
    proxies: expect.stringMatching(/^✓ 1 trusted; .*unknown here/) as string,
    examples: '✓ none left',
    logo: '– LOGO_URL is not set',
    endpoints: expect.stringMatching(/^! AWS_ENDPOINT_URL_METERING|^! AWS_ENDPOINT_URL_MARKETPLACE/) as string,
    database: expect.stringMatching(/^! SQLite, .*landing\.db, migrated$/) as string,
    credentials: '✓ arn:aws:iam::111122223333:user/landing',
    role: expect.stringMatching(/^– MARKETPLACE_ROLE_ARN is not set/) as string,
    ResolveCustomer: expect.stringMatching(
      /^✓ allowed in us-east-1\. AWS account 111122223333 must be the one that published/,
    ) as string,
    queue: '– EVENTS_QUEUE_URL is not set: no events of AWS Marketplace are read',
    SearchAgreements: expect.stringMatching(/^– .*subscriptions are not followed$/) as string,
    GetEntitlements: expect.stringMatching(/^– .*subscriptions are not followed$/) as string,
    webhook: '– WEBHOOK_URL is not set: nobody is told by webhook',
    mail: '– MAIL_URL is not set: nobody is told by mail',
    deliveries: '✓ 0 waiting; 0 dead',
  })
  expect(ended.stdout).toContain('All is well.')
  expect(ended.code).toBe(0)
})

it('warns of what is still as in .env.example, of a logo that is not there, and of SQLite behind https', async () => {
  const { url } = await aSimulator()
  const example = { PUBLIC_URL: 'https://register.example.com', PRODUCT_NAME: 'Example Analytics' }
  const copied = await doctor({
    ...at(url),
    ...example,
    SUPPORT_EMAIL: 'support@example.com',
    LOGO_URL: '/assets/no.svg',
  })
  expect(marks(copied)).toMatchObject({
    examples: expect.stringMatching(/^! (?=.*PUBLIC_URL)(?=.*PRODUCT_NAME)(?=.*SUPPORT_EMAIL)(?!.*SIGN_IN)/) as string,
    logo: '! public/no.svg is not there',
    database: expect.stringMatching(/^! SQLite/) as string,
  })
  expect(copied.stdout).toMatch(/→ SQLite is for one task/)
  expect(copied.code).toBe(0)
  const own = await doctor({ ...at(url), LOGO_URL: '/assets/icon.svg' })
  expect(marks(own)).toMatchObject({ examples: '✓ none left', logo: '✓ public/icon.svg' })
})

it('names each endpoint of AWS that is overridden', () => {
  expect(checkEndpoints({ AWS_ENDPOINT_URL_STS: 'http://x', AWS_ENDPOINT_URL: 'http://y' })).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/^AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL set/) as string,
  })
  expect(checkEndpoints({ AWS_ENDPOINT_URL: '', AWS_REGION: 'us-east-1' })).toMatchObject({ status: 'ok' })
})

it.each([
  ['require', /sslmode is require/],
  ['verify-ca', /sslmode is verify-ca/],
  ['disable', /sslmode is disable/],
  ['verify-full', null],
])('says of a database elsewhere with sslmode %s whether it is safe', (mode, hint) => {
  const said = weakness({ engine: 'postgres', url: `postgres://me@db.northwind.test/landing?sslmode=${mode}` })
  if (hint === null) expect(said).toBeNull()
  else expect(said).toMatch(hint)
  expect(weakness({ engine: 'postgres', url: `postgres://me@127.0.0.1/landing?sslmode=${mode}` })).toBeNull()
})

it('calls as the role and says which account that is', async () => {
  const simulator = await aSimulator()
  const arn = 'arn:aws:iam::222233334444:role/needs-external-id'
  const ended = await doctor({ ...at(simulator.url), MARKETPLACE_ROLE_ARN: arn, MARKETPLACE_ROLE_EXTERNAL_ID: 'x' })
  expect(marks(ended)).toMatchObject({
    credentials: '✓ arn:aws:iam::111122223333:user/landing',
    role: '✓ arn:aws:sts::222233334444:assumed-role/needs-external-id/marketplace-landing',
    ResolveCustomer: expect.stringContaining('AWS account 222233334444') as string,
  })
  expect(simulator.calls.list().map(({ assumedRoleArn }) => assumedRoleArn)).toEqual([arn])
  expect(ended.code).toBe(0)
})

it('names both sides of a role that cannot be assumed', async () => {
  const simulator = await aSimulator()
  const arn = 'arn:aws:iam::222233334444:role/not-assumable'
  const ended = await doctor({ ...at(simulator.url), MARKETPLACE_ROLE_ARN: arn })
  expect(marks(ended)).toMatchObject({
    role: expect.stringMatching(/^✗ AccessDenied/) as string,
    ResolveCustomer: '– needs the role',
  })
  expect(ended.stdout).toMatch(/→ .*trust policy must allow sts:AssumeRole.*MARKETPLACE_ROLE_EXTERNAL_ID/)
  expect(ended.code).toBe(1)
  expect(simulator.calls.count()).toBe(0)
})

it('prints the IAM statement when access is denied', async () => {
  const simulator = await aSimulator({ unknownTokens: 'access-denied' })
  const ended = await doctor(at(simulator.url))
  expect(marks(ended)['ResolveCustomer']).toMatch(/^✗ marketplace-denied in us-east-1: AccessDeniedException/)
  expect(ended.stdout).toContain('The statement to add for arn:aws:iam::111122223333:user/landing:')
  expect(ended.stdout).toContain('→ {"Effect":"Allow","Action":"aws-marketplace:ResolveCustomer","Resource":"*"}')
  expect(ended.code).toBe(1)
})

it('finds that there are no credentials', async () => {
  const { url } = await aSimulator()
  const ended = await doctor({ ...at(url), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined })
  expect(marks(ended)).toMatchObject({
    credentials: expect.stringMatching(/^✗ CredentialsProviderError/) as string,
    ResolveCustomer: '– needs credentials',
  })
  expect(ended.stdout).toMatch(/→ .*AWS_ACCESS_KEY_ID/)
  expect(ended.code).toBe(1)
})

it('calls expired credentials by their name, not an expired link', async () => {
  const simulator = await aSimulator({ unknownTokens: 'expired-credentials-403' })
  const ended = await doctor(at(simulator.url))
  expect(marks(ended)['ResolveCustomer']).toMatch(/^✗ marketplace-denied in us-east-1: ExpiredTokenException/)
  expect(ended.stdout).toMatch(/→ The app's own AWS credentials have expired; .*AWS_SESSION_TOKEN/)
  expect(ended.code).toBe(1)
})

it('finds credentials that AWS STS calls expired', async () => {
  const sts = createServer((_request, response) => {
    const error =
      '<Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token has expired</Message></Error>'
    response.writeHead(403, { 'Content-Type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void sts.close())
  await once(sts, 'listening')
  const { port } = sts.address() as AddressInfo
  const { url } = await aSimulator()
  const ended = await doctor({ ...at(url), AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${String(port)}` })
  expect(marks(ended)['credentials']).toMatch(/^✗ ExpiredToken/)
  expect(ended.stdout).toMatch(/→ .*have expired/)
  expect(ended.code).toBe(1)
})

it('goes on without AWS STS when only that cannot be reached', async () => {
  const { url } = await aSimulator()
  const ended = await doctor({ ...at(url), AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' })
  expect(marks(ended)).toMatchObject({
    credentials: expect.stringMatching(/^! found/) as string,
    ResolveCustomer: expect.stringMatching(/^✓/) as string,
  })
  expect(ended.code).toBe(0)
})

it('ends, and takes no memory, when AWS STS answers without end', async () => {
  const { url } = await aSimulator()
  const { listener, sent } = endless('text/xml')
  const ended = await doctor({ ...at(url), AWS_ENDPOINT_URL_STS: (await listen(listener)).url })
  expect(marks(ended)['credentials']).toMatch(/^! found/)
  expect(sent()).toBeLessThan(16 * 1024 * 1024)
})

it('names MARKETPLACE_REGION when the Region is disabled', async () => {
  const simulator = await aSimulator({ unknownTokens: 'disabled' })
  const ended = await doctor({ ...at(simulator.url), MARKETPLACE_REGION: 'eu-west-1' })
  expect(marks(ended)['ResolveCustomer']).toMatch(/^✗ marketplace-disabled in eu-west-1/)
  expect(ended.stdout).toMatch(/→ .*MARKETPLACE_REGION/)
  expect(ended.code).toBe(1)
})

it('finds that AWS Marketplace cannot be reached', async () => {
  const { url } = await aSimulator()
  const ended = await doctor({ ...at(url), AWS_ENDPOINT_URL_MARKETPLACE_METERING: 'http://127.0.0.1:1' })
  expect(marks(ended)['ResolveCustomer']).toMatch(/^✗ marketplace-unreachable in us-east-1/)
  expect(ended.stdout).toMatch(/→ .*NAT gateway/)
  expect(ended.code).toBe(1)
})

it('ends within the deadline when AWS Marketplace does not answer', async () => {
  const simulator = await aSimulator({ unknownTokens: 'hanging' })
  const ended = await doctor({ ...at(simulator.url), MARKETPLACE_DEADLINE_MS: '300' })
  expect(marks(ended)['ResolveCustomer']).toMatch(/^✗ marketplace-unreachable.*within 300 ms/)
  expect(ended.code).toBe(1)
})

it('finds that the database is down', async () => {
  const { url } = await aSimulator()
  const ended = await doctor({ ...at(url), DATABASE_URL: 'postgres://landing:hunter2@127.0.0.1:1/landing' })
  expect(marks(ended)).toMatchObject({
    database: '✗ PostgreSQL: ECONNREFUSED',
    ResolveCustomer: expect.stringMatching(/^✓/) as string,
  })
  expect(ended.stdout).toMatch(/→ Nothing listens at the host and port of DATABASE_URL/)
  expect(ended.code).toBe(1)
})

it('finds a file that is no database, or that this user may not write', async () => {
  const { url } = await aSimulator()
  const path = join(folder(), 'landing.db')
  writeFileSync(path, 'not a database, but long enough to be taken for one'.repeat(100))
  const ended = await doctor({ ...at(url), DATABASE_URL: `sqlite:${path}` })
  expect(marks(ended)['database']).toMatch(/^✗ SQLite, .*: file is not a database/)
  expect(ended.code).toBe(1)
  if (process.getuid?.() === 0) return
  chmodSync(path, 0o000)
  expect(marks(await doctor({ ...at(url), DATABASE_URL: `sqlite:${path}` }))['database']).toMatch(/^✗ .*EACCES/)
})

it('finds a database that is not migrated, and leaves it so', async () => {
  const { url } = await aSimulator()
  const path = join(folder(), 'new', 'landing.db')
  const file = await doctor({ ...at(url), DATABASE_URL: `sqlite:${path}` })
  expect(marks(file)['database']).toMatch(/^✗ SQLite, .*not migrated/)
  expect(file.stdout).toMatch(/→ Start the app once: it migrates/)
  expect(file.code).toBe(1)
  expect(existsSync(path)).toBe(false)

  const database = await createDatabase(inject('postgresUrl'))
  const server = await doctor({ ...at(url), DATABASE_URL: database })
  expect(marks(server)['database']).toMatch(/^✗ PostgreSQL: not migrated/)
  expect(server.code).toBe(1)

  await (await openTestStore({ engine: 'postgres', url: database })).close()
  const migrated = await doctor({ ...at(url), DATABASE_URL: database })
  expect(marks(migrated)['database']).toBe('✓ PostgreSQL, migrated')
  expect(migrated.code).toBe(0)
})

it('finds a database that an older release migrated', async () => {
  const { url } = await aSimulator()
  const path = await migratedFile()
  await execute({ engine: 'sqlite', path }, "update migrations set name = '0000-older'")
  const ended = await doctor({ ...at(url), DATABASE_URL: `sqlite:${path}` })
  expect(marks(ended)['database']).toMatch(/^✗ .*older release/)
  expect(ended.code).toBe(1)
})

it('names every fault of a bad configuration and looks no further', async () => {
  const ended = await doctor({ SESSION_SECRET: 'hunter2', PRODUCT_CODES: undefined, PORT: 'http' })
  expect(marks(ended)).toMatchObject({ configuration: '✗ 3 to mend', database: '– needs the configuration' })
  for (const name of ['SESSION_SECRET', 'PRODUCT_CODES', 'PORT']) expect(ended.stdout).toMatch(new RegExp(`→ ${name} `))
  expect(ended.code).toBe(1)
})

it('finds https without a trusted proxy, and only warns of plain http on this machine', async () => {
  const { url } = await aSimulator()
  const lonely = await doctor({ ...at(url), TRUST_PROXY_HOPS: '0' })
  expect(marks(lonely)['proxies']).toMatch(/^✗ .*connection-insecure/)
  expect(lonely.stdout).toMatch(/→ Set TRUST_PROXY_HOPS/)
  expect(lonely.code).toBe(1)
  const local = await doctor({ ...at(url), PUBLIC_URL: 'http://localhost:3000', TRUST_PROXY_HOPS: '0' })
  expect(marks(local)).toMatchObject({
    address: '! http://localhost:3000 is for this machine only',
    proxies: '✓ 0 trusted',
  })
  expect(local.code).toBe(0)
})

it('speaks JSON to machines', async () => {
  const simulator = await aSimulator({ unknownTokens: 'access-denied' })
  const { code, stdout } = await doctor(at(simulator.url), ['--json'])
  const report = JSON.parse(stdout) as { ok: boolean; checks: { name: string; status: string; hint: string | null }[] }
  expect(code).toBe(1)
  expect(report.ok).toBe(false)
  expect(report.checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
    ...['configuration ok', 'address ok', 'proxies ok', 'examples ok', 'logo skipped', 'endpoints warning'],
    ...['database warning', 'credentials ok', 'role skipped'],
    'ResolveCustomer failed',
    ...['queue skipped', 'SearchAgreements skipped', 'GetEntitlements skipped'],
    ...['webhook skipped', 'mail skipped', 'deliveries ok'],
  ])
  expect(report.checks.find(({ name }) => name === 'ResolveCustomer')?.hint).toContain(
    '"aws-marketplace:ResolveCustomer"',
  )
})

it('leaves the database as it is, and creates no file beside it that the app could not use', async () => {
  const { url } = await aSimulator()
  const path = await migratedFile()
  const files = () => readdirSync(dirname(path)).map((name) => join(dirname(path), name))
  if (process.getuid?.() === 0) for (const file of files()) chownSync(file, 65_534, 65_534)
  const before = readFileSync(path)
  await doctor({ ...at(url), DATABASE_URL: `sqlite:${path}` })
  expect(readFileSync(path).equals(before)).toBe(true)
  const { uid, mode } = statSync(path)
  for (const file of files()) expect(statSync(file)).toMatchObject({ uid, mode })
})

it('refuses an option that it does not know', async () => {
  expect(await call(runDoctor, ['--fix'])).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: "Unknown option '--fix'. See --help.\n",
  })
})

it.each<[ScenarioName, RegExp | null]>([
  ['access-denied', /aws-marketplace:ResolveCustomer on resource/],
  ['disabled', /MARKETPLACE_REGION/],
  ['invalid', null],
])('is asked in short at every start: %s', async (unknownTokens, hint) => {
  const simulator = await aSimulator({ unknownTokens })
  const { url, output } = await startService({
    ...at(simulator.url),
    DATABASE_URL: `sqlite:${join(folder(), 'landing.db')}`,
  })
  await expect.poll(() => simulator.calls.count()).toBe(1)
  const warned = () =>
    output()
      .split('\n')
      .filter((line) => line.includes('would fail'))
  if (hint === null) {
    await pause(200)
    expect(warned()).toEqual([])
  } else {
    await expect.poll(() => warned().length).toBe(1)
    expect(JSON.parse(warned()[0] ?? '')).toMatchObject({
      level: 40,
      code: expect.stringMatching(/^marketplace-(denied|disabled)$/) as string,
      hint: expect.stringMatching(hint) as string,
      awsRequestId: simulator.calls.list()[0]?.requestId,
    })
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})

it('does not keep the app from starting or being ready when AWS does not answer', async () => {
  const simulator = await aSimulator({ unknownTokens: 'hanging' })
  const { url } = await startService({ ...at(simulator.url), DATABASE_URL: `sqlite:${join(folder(), 'landing.db')}` })
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  await expect.poll(() => simulator.calls.count()).toBe(1)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})
