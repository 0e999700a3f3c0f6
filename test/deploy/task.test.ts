import { spawnSync } from 'node:child_process'
import { Buffer } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { parseConfig, settings } from '../../src/config/config.ts'
import { createDatabase } from '../support/postgres.ts'
import { run, startService } from '../support/service.ts'
import { evaluate, readTemplate } from '../support/template.ts'

const project = join(import.meta.dirname, '../..')
const app = readTemplate('app.yaml')

/** Variables that the next features read; a name leaves this list when `settings` has it. */
/** Read by node-postgres and by Node's own clients. */
const ofOthers = ['PGPASSWORD', 'HTTPS_PROXY', 'NO_PROXY']

type Container = {
  readonly Name: string
  readonly StopTimeout: number
  readonly EntryPoint: readonly string[]
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[]
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: string }[]
}

const required = {
  DomainName: 'register.example.com',
  ProductCodes: 'examplecode000000000000000',
  ProductName: 'Example Analytics',
  SellerName: 'Example Corp',
  SupportEmail: 'support@example.com',
  SignInUrl: 'https://example.com/log-in',
}
const everything = {
  ...required,
  ProductIds: 'prod-example0000000',
  SupportUrl: 'https://example.com/support',
  ListingUrl: 'https://aws.amazon.com/marketplace/pp/prodview-example',
  PrivacyUrl: 'https://example.com/privacy',
  TermsUrl: 'https://example.com/terms',
  LogoUrl: '/assets/logo.svg',
  AccentColor: '#0b5cad',
  MarketplaceRoleArn: 'arn:aws:iam::222222222222:role/landing',
  MarketplaceRoleExternalId: '0123456789abcdef',
  EventsQueueUrl: 'https://sqs.us-east-1.amazonaws.com/222222222222/events',
  ReconcileMinutes: '30',
  WebhookUrl: 'https://example.com/webhooks',
  ContinueUrl: 'https://example.com/welcome',
  MailFrom: 'support@example.com',
  MailIdentity: 'example.com',
  NotifyEmail: 'sales@example.com',
}
const elsewhere = { DatabaseUrlArn: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:database' }
const bySmtp = {
  ...everything,
  MailIdentity: '',
  MailUrlArn: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:mail',
}

function container(given: Readonly<Record<string, string>> = {}): Container {
  const definition = evaluate(app, app.Resources['TaskDefinition']?.Properties, {
    'Database.Endpoint.Port': '5432',
    ...given,
  })
  const { ContainerDefinitions } = definition as { ContainerDefinitions: readonly Container[] }
  const [first] = ContainerDefinitions
  if (first === undefined) throw new Error('The task has no container')
  return first
}

/** What the app finds in its environment behind the task's entry point; what a secret holds is made up. */
function taskEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const { EntryPoint, Environment, Secrets } = container(given)
  const secrets: Record<string, string> = {
    DATABASE_URL: 'postgres://me:secret@database.example.com/landing?sslmode=verify-full',
    MAIL_URL: 'smtps://me:secret@mail.example.com',
  }
  const env = Object.fromEntries([
    ...Environment.map(({ Name, Value }) => [Name, String(Value).replace('AWS::Region', 'us-east-1')]),
    ...Secrets.map(({ Name }) => [Name, secrets[Name] ?? `whsec_${'made0up1'.repeat(8)}`]),
  ]) as Record<string, string>
  const [shell = '', ...args] = EntryPoint
  const print = [process.execPath, '-p', 'JSON.stringify(process.env)']
  const { stdout } = spawnSync(shell, [...args, ...print], { env: { PATH: '/usr/bin:/bin', ...env }, encoding: 'utf8' })
  return JSON.parse(stdout) as Record<string, string>
}

describe("the task's environment", () => {
  const known = new Set([...Object.keys(settings.shape), ...ofOthers])

  it.each([
    ['with what is required', required],
    ['with everything', everything],
    ['with a database elsewhere', { ...required, ...elsewhere }],
    ['with mail by SMTP', bySmtp],
  ])('%s names each variable once, only variables that there are, and all that are required', (_, given) => {
    const { Environment, Secrets } = container(given)
    const names = [...Environment, ...Secrets].map(({ Name }) => Name)
    const needed = (settings.safeParse({}).error?.issues ?? []).map(({ path }) => String(path[0]))
    expect(names.filter((name) => !known.has(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
    expect(needed.length).toBeGreaterThan(4)
    expect(names).toEqual(expect.arrayContaining([...needed, 'DATABASE_URL']))
  })

  it.each([
    ['with what is required', required],
    ['with everything', everything],
    ['with a database elsewhere', { ...required, ...elsewhere }],
  ])('%s is a configuration that the app accepts, empty parameters left out', (_, given) => {
    expect(parseConfig(taskEnvironment(given)).origin).toBe('https://register.example.com')
  })

  it('follows subscriptions where queue and products are named, and compares every hour unless told', () => {
    const following = (given: Readonly<Record<string, string>>) => parseConfig(taskEnvironment(given)).subscriptions
    const queueUrl = everything.EventsQueueUrl
    expect(following(everything)).toEqual({ queueUrl, reconcileMs: 30 * 60_000 })
    expect(following({ ...everything, ReconcileMinutes: '' })).toEqual({ queueUrl, reconcileMs: 3_600_000 })
    expect(following(required)).toBeNull()
  })

  it('has nothing secret in the clear', () => {
    const { Environment, Secrets } = container(everything)
    expect(Environment.filter(({ Name }) => /SECRET|PASSWORD/.test(Name))).toEqual([])
    const url = Environment.find(({ Name }) => Name === 'DATABASE_URL')?.Value
    expect(new URL(String(url)).password).toBe('')
    expect(Secrets).toContainEqual({ Name: 'PGPASSWORD', ValueFrom: 'DatabaseCredentials:password::' })
  })

  it('checks the database by the certificates that the image holds', () => {
    const url = new URL(String(taskEnvironment(required)['DATABASE_URL']))
    const file = url.searchParams.get('sslrootcert') ?? ''
    expect(url.searchParams.get('sslmode')).toBe('verify-full')
    expect(readFileSync(join(project, 'Dockerfile'), 'utf8')).toMatch(
      new RegExp(`^ADD .*/global-bundle\\.pem ${file}$`, 'm'),
    )
  })
})

it('user and password of the database come from PGUSER and PGPASSWORD where its URL has none', async () => {
  const url = new URL(await createDatabase(inject('postgresUrl')))
  const { username: PGUSER, password: PGPASSWORD } = url
  Object.assign(url, { username: '', password: '' })
  const service = await startService({ DATABASE_URL: url.href, PGUSER, PGPASSWORD })
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  const refused = run('src/main.ts', { DATABASE_URL: url.href, PGUSER, PGPASSWORD: 'another', PORT: '0' })
  expect(await refused.ended).toBe(1)
})

it('the document names every action of the task role, and no other', () => {
  const actions = (text: string) => [...new Set(text.match(/\b(?:sts|sqs|ses|aws-marketplace):[A-Z]\w+/g))].sort()
  const role = actions(JSON.stringify(app.Resources['TaskRole']?.Properties?.['Policies']))
  expect(role).toContain('ses:SendEmail')
  const [, table = ''] = readFileSync(join(project, 'docs/deploy.md'), 'utf8').split('**What the task role may do**')
  expect(actions(table)).toEqual(role)
})

it('the secret of webhooks is whsec_ and base64 of 24 to 64 bytes', () => {
  const key = app.Resources['WebhookKey']?.Properties?.['GenerateSecretString']
  const { PasswordLength, ExcludePunctuation } = key as { PasswordLength: number; ExcludePunctuation: boolean }
  expect([ExcludePunctuation, PasswordLength % 4]).toEqual([true, 0])
  const bytes = Buffer.from('aB3'.repeat(100).slice(0, PasswordLength), 'base64')
  expect(bytes.length).toBe((PasswordLength / 4) * 3)
  expect(bytes.length).toBeGreaterThanOrEqual(24)
  expect(bytes.length).toBeLessThanOrEqual(64)
  expect(app.Resources['WebhookSecret']?.Properties?.['SecretString']).toEqual({
    'Fn::Sub': 'whsec_{{resolve:secretsmanager:${WebhookKey}}}',
  })
})

it.each(['SessionSecret', 'ContinueSecret'])('%s is long enough', (name) => {
  expect(app.Resources[name]?.Properties?.['GenerateSecretString']).toMatchObject({ PasswordLength: 64 })
})

it.each(['DoctorCommand', 'DoctorCommandInYourVpc'])('%s runs a program of the image in the container', (name) => {
  const command = String(evaluate(app, app.Outputs[name]?.Value))
  const [, overrides = ''] = /--overrides '(.+)'/.exec(command) ?? []
  const { containerOverrides } = JSON.parse(overrides) as {
    containerOverrides: readonly { name: string; command: readonly string[] }[]
  }
  expect(containerOverrides).toEqual([{ name: container().Name, command: ['node', 'src/cli/doctor/main.ts'] }])
  expect(existsSync(join(project, 'src/cli/doctor/main.ts'))).toBe(true)
  expect(command).not.toContain('\n')
})

describe('the times', () => {
  const { StopTimeout } = container()
  const env = taskEnvironment(required)
  const seconds = { drain: Number(env['DRAIN_SECONDS']), request: Number(env['REQUEST_DEADLINE_MS']) / 1000 }
  const attribute = (resource: string, attributes: string, key: string) =>
    Number(
      (app.Resources[resource]?.Properties?.[attributes] as readonly { Key: string; Value: string }[]).find(
        ({ Key }) => Key === key,
      )?.Value,
    )
  const idle = attribute('LoadBalancer', 'LoadBalancerAttributes', 'idle_timeout.timeout_seconds')
  const deregistration = attribute('TargetGroup', 'TargetGroupAttributes', 'deregistration_delay.timeout_seconds')

  it('leave a task the sum that docs/deploy.md states, before ECS kills it', () => {
    const docs = readFileSync(join(project, 'docs/deploy.md'), 'utf8')
    const line = docs.split('\n').find((text) => text.startsWith('    DRAIN_SECONDS (')) ?? ''
    const [terms = '', sum] = line.split('=')
    const numbers = [...terms.matchAll(/\d+/g)].map(Number)
    expect(numbers.slice(0, 2)).toEqual([seconds.drain, seconds.request])
    // Requests under way, deliveries under way, the database.
    expect(numbers.slice(2)).toEqual([2, 15, 2])
    expect(Number.parseInt(sum ?? '')).toBe(numbers.reduce((a, b) => a + b))
    expect(StopTimeout).toBeGreaterThan(Number.parseInt(sum ?? ''))
    // The most that Fargate allows.
    expect(StopTimeout).toBeLessThanOrEqual(120)
  })

  it('let the balancer wait for the longest answer', () => {
    expect(deregistration).toBeGreaterThan(seconds.request)
    expect(idle).toBeGreaterThan(seconds.request)
    expect(seconds.request * 1000).toBeGreaterThan(parseConfig(env).marketplace.deadlineMs)
  })

  it('tell the app how long the balancer keeps a connection', () => {
    expect(parseConfig(env).albIdleTimeoutMs).toBe(idle * 1000)
  })

  it('have ECS check what does not follow the database', () => {
    expect(app.Resources['TargetGroup']?.Properties).toMatchObject({
      HealthCheckPath: '/healthz',
      Matcher: { HttpCode: '200' },
    })
  })
})
