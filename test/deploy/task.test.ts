import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { parseConfig, settings } from '../../src/config/config.ts'
import { containerOf, containersOf, deployments, everything, required, taskEnvironment } from '../support/deployment.ts'
import { createDatabase } from '../support/postgres.ts'
import { run, startService } from '../support/service.ts'
import { evaluate, stacks } from '../support/stack.ts'
import { propertiesOf, readTemplate, statementsIn } from '../support/template.ts'

const project = join(import.meta.dirname, '../..')
const app = readTemplate('app.yaml')

describe("the task's environment", () => {
  it.each(deployments)('%s names each variable once', (_, given) => {
    const { Environment, Secrets } = containerOf(given, 'app')
    const names = [...Environment, ...Secrets].map(({ Name }) => Name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it.each(deployments)(
    'the environment of %s has only variables that the app, the database driver or Node reads',
    (_, given) => {
      const { Environment, Secrets } = containerOf(given, 'app')
      const known = [...Object.keys(settings.shape), 'PGPASSWORD', 'NODE_EXTRA_CA_CERTS']
      expect([...Environment, ...Secrets].map(({ Name }) => Name).filter((name) => !known.includes(name))).toEqual([])
    },
  )

  it('the parameters turn on the console', () => {
    expect(parseConfig(taskEnvironment(everything)).console).toEqual({
      ...{ kind: 'oidc', issuer: 'https://login.example.com', clientId: 'landing', clientSecret: 'made0up1'.repeat(8) },
      allow: ['@example.com'],
    })
    expect(parseConfig(taskEnvironment(required)).console).toBeNull()
    expect(app.Outputs['ConsoleCallbackUrl']?.Value).toEqual({ 'Fn::Sub': 'https://${DomainName}/console/callback' })
  })

  it.each(deployments)('%s is a configuration that the app accepts', (_, given) => {
    expect(parseConfig(taskEnvironment(given)).origin).toBe('https://register.example.com')
  })

  it('the task follows subscriptions with a queue and product ids, and reconciles every hour by default', () => {
    const following = (given: Readonly<Record<string, string>>) => parseConfig(taskEnvironment(given)).subscriptions
    expect(following(everything)).toMatchObject({ queueUrl: everything.EventsQueueUrl, reconcileMs: 30 * 60_000 })
    expect(following({ ...everything, ReconcileMinutes: '' })).toMatchObject({ reconcileMs: 3_600_000 })
    expect(following(required)).toBeNull()
  })

  it('the task trusts two proxies only if the load balancer accepts only the outer one', () => {
    expect(taskEnvironment(required)['TRUST_PROXY_HOPS']).toBe('1')
    expect(taskEnvironment({ ...required, ProxyPrefixListId: 'pl-3b927c52' })['TRUST_PROXY_HOPS']).toBe('2')
  })

  it('the task definition contains no secret in plain text, including the external id', () => {
    const { Environment, Secrets } = containerOf(everything, 'app')
    expect(Environment.filter(({ Name }) => /SECRET|PASSWORD|EXTERNAL_ID/.test(Name))).toEqual([])
    const url = Environment.find(({ Name }) => Name === 'DATABASE_URL')?.Value
    expect(new URL(String(url)).password).toBe('')
    expect(Secrets.map(({ Name }) => Name)).toEqual([
      ...[
        'SESSION_SECRET',
        'PGPASSWORD',
        'MARKETPLACE_ROLE_EXTERNAL_ID',
        'WEBHOOK_SECRET',
        'HANDOFF_SECRET',
        'API_SECRET',
      ],
      'CONSOLE_OIDC_CLIENT_SECRET',
    ])
  })

  it('the task passes variables to Node directly, so that a value that ends in = is unchanged', () => {
    const { Command, EntryPoint } = containerOf(required, 'app')
    expect([EntryPoint, ...Command]).toEqual([undefined, 'node', 'src/main.ts'])
    const SESSION_SECRET = 'cGFkZGVkIGJhc2U2NCBvZiBhIHJhbmRvbSBzZWNyZXQ='
    const { stdout } = spawnSync(process.execPath, ['-p', 'process.env.SESSION_SECRET'], {
      env: { ...taskEnvironment(required), SESSION_SECRET },
      encoding: 'utf8',
    })
    expect(stdout.trim()).toBe(SESSION_SECRET)
    expect(parseConfig({ ...taskEnvironment(required), SESSION_SECRET }).session.secrets).toEqual([SESSION_SECRET])
  })

  it('Node starts without output if its own variables are empty', () => {
    const { status, stderr } = spawnSync(process.execPath, ['-e', '0'], {
      env: { HTTPS_PROXY: '', NO_PROXY: '', NODE_EXTRA_CA_CERTS: '' },
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('the database is verified with the certificates in the image', () => {
    const url = new URL(String(taskEnvironment(required)['DATABASE_URL']))
    const file = url.searchParams.get('sslrootcert') ?? ''
    expect(url.searchParams.get('sslmode')).toBe('verify-full')
    expect(readFileSync(join(project, 'Dockerfile'), 'utf8')).toMatch(
      new RegExp(`^ADD .*/global-bundle\\.pem ${file}$`, 'm'),
    )
  })
})

describe('the container that makes the database user', () => {
  it('the container for the database user ends before the app starts and has its variables', () => {
    const { Command, Environment, Secrets } = containerOf(required, 'database-user')
    expect(containersOf(required).find(({ Name }) => Name === 'app')).toMatchObject({
      DependsOn: [{ ContainerName: 'database-user', Condition: 'SUCCESS' }],
    })
    expect(Command).toEqual(['node', 'deploy/database-user.ts'])
    expect(existsSync(join(project, 'deploy/database-user.ts'))).toBe(true)
    expect([...Environment, ...Secrets].map(({ Name }) => Name)).toEqual(['DATABASE_URL', 'PASSWORD', 'OWNER'])
  })

  it('only the container for the database user has the owner’s credentials', () => {
    const { app: stack } = stacks(required)
    const owner = evaluate(stack, { 'Fn::ImportValue': 'marketplace-base-DatabaseOwnerSecretArn' })
    expect(JSON.stringify(containerOf(required, 'database-user'))).toContain(owner)
    expect(JSON.stringify(containerOf(required, 'app'))).not.toContain(owner)
  })

  it('there is no container for the database user with your own database', () => {
    expect(containersOf(deployments[2][1]).map(({ Name }) => Name)).toEqual(['app'])
  })
})

it('the database password comes from PGPASSWORD if the URL has none', async () => {
  const url = new URL(await createDatabase(inject('postgresUrl')))
  const { password: PGPASSWORD } = url
  url.password = ''
  const service = await startService({ DATABASE_URL: url.href, PGPASSWORD })
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  const refused = run('src/main.ts', { DATABASE_URL: url.href, PGPASSWORD: 'another', PORT: '0' })
  expect(await refused.ended).toBe(1)
})

it('the document names every action of the task role, and no other', () => {
  const role = statementsIn(propertiesOf(app, 'TaskRole')['Policies']).flatMap(({ Action }) => Action)
  const [, table = ''] = readFileSync(join(project, 'docs/reference.md'), 'utf8').split('## Permissions')
  expect([...new Set(table.match(/\b(?:sts|sqs|ses|aws-marketplace):[A-Z]\w+/g))].sort()).toEqual(role.toSorted())
})

it('the secret of webhooks is whsec_ and base64 of 24 to 64 bytes', () => {
  const { WEBHOOK_URL, WEBHOOK_SECRET } = taskEnvironment(everything)
  expect(propertiesOf(readTemplate('base.yaml'), 'WebhookKey')['GenerateSecretString']).toEqual({
    PasswordLength: (WEBHOOK_SECRET ?? '').replace('whsec_', '').length,
    ExcludePunctuation: true,
  })
  expect(parseConfig({ ...taskEnvironment(required), WEBHOOK_URL, WEBHOOK_SECRET }).webhook?.secrets).toHaveLength(1)
})

describe('the times', () => {
  const { StopTimeout } = containerOf(required, 'app') as unknown as { StopTimeout: number }
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

  it('a task has the documented time to stop before ECS kills it', () => {
    const docs = readFileSync(join(project, 'docs/reference.md'), 'utf8')
    const line = docs.split('\n').find((text) => text.startsWith('    DRAIN_SECONDS (')) ?? ''
    const [terms = '', sum] = line.split('=')
    const numbers = [...terms.matchAll(/\d+/g)].map(Number)
    expect(numbers.slice(0, 2)).toEqual([seconds.drain, seconds.request])
    // Requests in flight, deliveries in flight, the database.
    expect(numbers.slice(2)).toEqual([2, 15, 2])
    expect(Number.parseInt(sum ?? '')).toBe(numbers.reduce((a, b) => a + b))
    expect(StopTimeout).toBeGreaterThan(Number.parseInt(sum ?? ''))
    // Fargate's maximum.
    expect(StopTimeout).toBeLessThanOrEqual(120)
  })

  it('the load balancer waits for the longest response', () => {
    expect(deregistration).toBeGreaterThan(seconds.request)
    expect(idle).toBeGreaterThan(seconds.request)
    expect(app.Parameters['MarketplaceDeadlineMs']?.MaxValue).toBeLessThanOrEqual(seconds.request * 1000)
  })

  it('the app gets the idle timeout of the load balancer', () => {
    expect(parseConfig(env).albIdleTimeoutMs).toBe(idle * 1000)
  })

  it('the health check of ECS does not depend on the database and allows for the first start', () => {
    expect(propertiesOf(app, 'TargetGroup')).toMatchObject({
      HealthCheckPath: '/healthz',
      Matcher: { HttpCode: '200' },
    })
    expect(propertiesOf(app, 'Service')['HealthCheckGracePeriodSeconds']).toBeGreaterThanOrEqual(120)
  })
})
