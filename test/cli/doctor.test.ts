import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { weakness } from '../../src/cli/doctor/database.ts'
import { checkDisk } from '../../src/cli/doctor/disk.ts'
import { checkEndpoints, checkExamples, checkLogos } from '../../src/cli/doctor/environment.ts'
import { checkLinks, checkMailAddresses } from '../../src/cli/doctor/links.ts'
import { failed, ok, warning } from '../../src/cli/doctor/finding.ts'
import { textReport } from '../../src/cli/doctor/report.ts'
import { runDoctor } from '../../src/cli/doctor/run.ts'
import { parseConfig } from '../../src/config/config.ts'
import { call } from '../support/command.ts'
import { doctor, migratedFile, reportOf, simulatedAws, soundSetup } from '../support/doctor.ts'
import { environment } from '../support/environment.ts'
import { endless, listen } from '../support/listen.ts'
import { createDatabase } from '../support/postgres.ts'
import { execute, openTestStore } from '../support/stores.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

it('the doctor runs every check and names each finding', async () => {
  const { variables } = await simulatedAws()
  const report = reportOf(await doctor(await soundSetup(variables), '--json'))
  expect(report).toMatchObject({ ok: true, faults: 0, warnings: 5 })
  expect(Object.fromEntries(report.checks.map(({ name, found }) => [name, found]))).toEqual({
    configuration: 'complete',
    address: 'https://register.example.com',
    landing: 'https://register.example.com is an example',
    proxies: expect.stringMatching(/^1 trusted; /) as string,
    examples: expect.stringMatching(/^PUBLIC_URL, .*: still as in the examples$/) as string,
    logo: 'LOGO_URL is not set',
    links: 'no link that leads to a server',
    'mail addresses': 'no mail address',
    endpoints: 'AWS_ENDPOINT_URL set: calls go there instead of to AWS',
    disk: expect.stringMatching(/^\d+ MB free for .*landing\.db$/) as string,
    database: expect.stringMatching(/^SQLite, .*landing\.db, migrated$/) as string,
    credentials: 'arn:aws:iam::111122223333:user/landing',
    role: 'MARKETPLACE_ROLE_ARN is not set: the credentials above call AWS Marketplace',
    ResolveCustomer: expect.stringMatching(
      /^allowed in us-east-1\. AWS account 111122223333 must be the one/,
    ) as string,
    queue: 'EVENTS_QUEUE_URL is not set: no events of AWS Marketplace are read',
    SearchAgreements: expect.stringMatching(/subscriptions are not followed$/) as string,
    GetEntitlements: expect.stringMatching(/subscriptions are not followed$/) as string,
    'new buyers': 'nothing reports a new buyer',
    webhook: 'WEBHOOK_URL is not set: no webhook is notified',
    mail: 'MAIL_URL is not set: buyers get no confirmation',
    deliveries: '0 pending; 0 dead',
    console: 'CONSOLE_OIDC_ISSUER is not set: there is no console',
  })
})

describe('the report', () => {
  it('the report counts each fix once', async () => {
    const env = await soundSetup({ SESSION_SECRET: 'hunter2', PRODUCT_CODES: undefined, PORT: 'http' })
    const { code, stdout } = await doctor(env)
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^✗ configuration +3 faults\n(?: +→ .*\n){3}– address +not checked: needs the configuration$/m,
    )
    for (const name of ['SESSION_SECRET', 'PRODUCT_CODES', 'PORT']) expect(stdout).toMatch(new RegExp(`→ ${name} `))
    expect(stdout).toMatch(/\n\n3 faults to fix; 21 checks skipped\.\n$/)
    expect(stdout).not.toContain('hunter2')
    expect(reportOf(await doctor(env, '--json'))).toMatchObject({ ok: false, faults: 3, warnings: 0 })
  })

  it('the report has one line per check with its fixes below', () => {
    const checks = [
      { name: 'disk', ...ok('5 MB free') },
      { name: 'queue', ...warning('0 waiting', 'Set A.', 'Set B.') },
      { name: 'role', ...failed('AccessDenied', 'Allow it:\n{"Effect":"Allow"}') },
    ]
    expect(textReport(checks)).toBe(`✓ disk   5 MB free
! queue  0 waiting
         → Set A.
         → Set B.
✗ role   AccessDenied
         → Allow it:
           {"Effect":"Allow"}

1 fault to fix; 2 warnings.
`)
  })
})

it('the doctor continues if only AWS STS is unreachable', async () => {
  const { variables } = await simulatedAws()
  const ended = await doctor(await soundSetup({ ...variables, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }))
  expect(ended.stdout).toMatch(/^! credentials +found, but AWS STS does not say whose they are$/m)
  expect(ended.stdout).toMatch(/^✓ ResolveCustomer /m)
  expect(ended.code).toBe(0)
})

it('the doctor ends with little memory if the response of AWS STS is endless', async () => {
  const { variables } = await simulatedAws()
  const { listener, sent } = endless('text/xml')
  const sts = { AWS_ENDPOINT_URL_STS: (await listen(listener)).url }
  expect((await doctor(await soundSetup({ ...variables, ...sts }))).stdout).toMatch(/^! credentials +found/m)
  expect(sent()).toBeLessThan(16 * 1024 * 1024)
})

it('the doctor uses the role and prints its account', async () => {
  const { simulator, variables } = await simulatedAws()
  const arn = 'arn:aws:iam::222233334444:role/needs-external-id'
  const role = { MARKETPLACE_ROLE_ARN: arn, MARKETPLACE_ROLE_EXTERNAL_ID: 'x' }
  const { code, stdout } = await doctor(await soundSetup({ ...variables, ...role }))
  expect(stdout).toMatch(/^✓ role +arn:aws:sts::222233334444:assumed-role\/needs-external-id\/marketplace-landing$/m)
  expect(stdout).toMatch(/^✓ ResolveCustomer .*AWS account 222233334444/m)
  expect(simulator.calls.list().map(({ assumedRoleArn }) => assumedRoleArn)).toEqual([arn])
  expect(code).toBe(0)
})

it('the doctor does not change the database, nor create files that the app cannot use', async () => {
  const path = await migratedFile()
  const files = () => readdirSync(dirname(path)).map((name) => join(dirname(path), name))
  if (process.getuid?.() === 0) for (const file of files()) chownSync(file, 65_534, 65_534)
  const before = readFileSync(path)
  await doctor(await soundSetup({ DATABASE_URL: `sqlite:${path}` }))
  expect(readFileSync(path).equals(before)).toBe(true)
  const { uid, mode } = statSync(path)
  for (const file of files()) expect(statSync(file)).toMatchObject({ uid, mode })
})

it('the doctor creates no database, and finds a migrated PostgreSQL database', async () => {
  const path = join(temporaryFolder(), 'new', 'landing.db')
  const database = async (url: string) =>
    reportOf(await doctor(await soundSetup({ DATABASE_URL: url }), '--json')).checks.find(
      ({ name }) => name === 'database',
    )
  expect(await database(`sqlite:${path}`)).toMatchObject({
    status: 'failed',
    hint: expect.stringMatching(/^Start the app/) as string,
  })
  expect(existsSync(path)).toBe(false)
  const url = await createDatabase(inject('postgresUrl'))
  expect(await database(url)).toMatchObject({
    status: 'failed',
    found: expect.stringContaining('not migrated') as string,
  })
  await (await openTestStore({ engine: 'postgres', url })).close()
  expect(await database(url)).toMatchObject({ status: 'ok', found: 'PostgreSQL, migrated' })
  await execute({ engine: 'postgres', url }, "update migrations set name = '0000-older'")
  expect(await database(url)).toMatchObject({
    status: 'failed',
    found: expect.stringContaining('older release') as string,
  })
})

it('the doctor finds a database file that is not writable', async () => {
  if (process.getuid?.() === 0) return
  const path = await migratedFile()
  chmodSync(path, 0o000)
  expect((await doctor(await soundSetup({ DATABASE_URL: `sqlite:${path}` }))).stdout).toMatch(/^✗ database .*EACCES/m)
})

it.each([
  ['require', /^Use sslmode=verify-full.* sslmode require,/],
  ['verify-ca', /sslmode verify-ca,/],
  ['disable', /sslmode disable,/],
  ['verify-full', null],
])('the doctor warns about a remote database with sslmode %s unless it is safe', (mode, fix) => {
  const found = weakness({ engine: 'postgres', url: `postgres://me@db.northwind.test/landing?sslmode=${mode}` })
  if (fix === null) expect(found).toBeNull()
  else expect(found).toMatch(fix)
  expect(weakness({ engine: 'postgres', url: `postgres://me@127.0.0.1/landing?sslmode=${mode}` })).toBeNull()
})

it('the doctor warns about SQLite in memory, and about a container without DATABASE_URL', () => {
  writeFileSync('/dev/shm/landing-test.db', '')
  const config = parseConfig(environment({ DATABASE_URL: 'sqlite:/dev/shm/landing-test.db' }))
  expect(checkDisk({ env: { DATABASE_URL: 'sqlite:/dev/shm/landing-test.db' }, config })).toMatchObject({
    ...{ status: 'warning', found: expect.stringMatching(/, in memory$/) as string },
  })
  expect(checkDisk({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, config })).toMatchObject({
    ...{ status: 'warning', found: 'DATABASE_URL is not set, in a container' },
    fixes: [expect.stringMatching(/^Set DATABASE_URL to PostgreSQL/)],
  })
})

it('the doctor warns about values of .env.example and about a missing logo', () => {
  const env = environment({ PUBLIC_URL: 'https://register.example.com', SIGN_IN_URL: 'https://app.northwind.test' })
  expect(checkExamples({ env, config: parseConfig(env) }).found).toMatch(
    /^(?=.*PUBLIC_URL)(?=.*PRODUCT_NAME)(?=.*SUPPORT_EMAIL)(?!.*SIGN_IN)/,
  )
  const logo = (LOGO_URL: string) => checkLogos({ config: parseConfig(environment({ LOGO_URL })) })
  expect(logo('/assets/no.svg')).toMatchObject({ status: 'warning', found: 'not found: public/no.svg' })
  expect(logo('/assets/icon.svg')).toEqual(ok('/assets/icon.svg'))
})

describe('the products of a file', () => {
  const file = (links: string) => `products:
  analytics: { listings: [{ product_code: code-one }], product_name: Northwind One, support_email: help@northwind.test, ${links} }
  reports: { listings: [{ product_code: code-two }], product_name: Example Reports, support_email: help@nowhere.invalid }
`
  const configOf = (links: string) => {
    const mail = { MAIL_URL: 'smtp://127.0.0.1:1025', MAIL_FROM: 'no-reply@example.com' }
    const env = environment({ PRODUCTS: file(links), PRODUCT_CODES: undefined, PRODUCT_NAME: undefined, ...mail })
    return { env, config: parseConfig(env) }
  }

  it('the doctor finds example values in a products file', () => {
    const setup = configOf('sign_in_url: https://app.northwind.test/')
    const found = checkExamples(setup).found
    expect(found).toContain('products.reports.product_name')
    expect(found).not.toContain('products.analytics')
  })

  it('the doctor names the codes and ids of products.example.yaml as examples', () => {
    const env = environment({
      ...{
        PRODUCTS_FILE: `${import.meta.dirname}/../../products.example.yaml`,
        PRODUCT_CODES: undefined,
        PRODUCT_NAME: undefined,
      },
      ...{ PUBLIC_URL: 'http://localhost:3000', SELLER_NAME: 'Northwind' },
    })
    const { found } = checkExamples({ env, config: parseConfig(env) })
    for (const path of [
      'analytics.listings[0].product_code',
      'analytics.listings[0].product_id',
      'reports.listings[0].product_code',
    ])
      expect(found).toContain(`products.${path}`)
  })

  it('the doctor names the variable of a broken link that every product takes from the environment', async () => {
    const { url } = await listen((_req, res) => void res.writeHead(404).end())
    const env = environment({
      ...{ PRODUCTS: file(''), PRODUCT_CODES: undefined, PRODUCT_NAME: undefined },
      ...{ SIGN_IN_URL: `${url}/`, PUBLIC_URL: 'http://localhost:3000' },
    })
    expect(await checkLinks({ config: parseConfig(env) })).toEqual(
      warning('SIGN_IN_URL: HTTP 404', 'Correct SIGN_IN_URL: buyers see it.'),
    )
  })

  it('the doctor requests every link of a products file once and names a broken one by its path', async () => {
    const paths: string[] = []
    const { url } = await listen((req, res) => {
      paths.push(req.url ?? '')
      res.writeHead(req.url === '/gone' ? 404 : 403).end()
    })
    const at = (path: string) => `${url}${path}`
    const setup = configOf(`sign_in_url: "${at('/')}", terms_url: "${at('/gone')}", privacy_url: "${at('/')}"`)
    expect(await checkLinks(setup)).toEqual(
      warning('products.analytics.terms_url: HTTP 404', 'Correct products.analytics.terms_url: buyers see it.'),
    )
    expect(paths.sort()).toEqual(['/', '/gone'])
  })

  it('the doctor looks up the domain of every email address in a products file', async () => {
    const { status, found } = await checkMailAddresses(configOf('notify_email: [ops@example.com]'))
    // Without a name server nothing is known.
    expect(status).toMatch(/^(?:ok|warning)$/)
    expect(found).not.toContain('example.com')
  })
})

it('the doctor names each overridden AWS endpoint', () => {
  expect(checkEndpoints({ env: { AWS_ENDPOINT_URL_STS: 'http://x', AWS_ENDPOINT_URL: 'http://y' } })).toMatchObject({
    ...{ status: 'warning', found: expect.stringMatching(/^AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL set/) as string },
  })
  expect(checkEndpoints({ env: { AWS_ENDPOINT_URL: '', AWS_REGION: 'us-east-1' } })).toMatchObject({ status: 'ok' })
})

it('the doctor rejects an unknown option', async () => {
  expect(await call(runDoctor, ['--fix'])).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: "Unknown option '--fix'. See --help.\n",
  })
})
