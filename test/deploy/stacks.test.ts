import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settings } from '../../src/config/config.ts'
import { containerOf, deployments, everything, required, withOwnDatabase } from '../support/deployment.ts'
import { createdBy, evaluate, exportsOf, errorsOf, stacks } from '../support/stack.ts'
import { objectsIn, readTemplate, templateNames, type Template } from '../support/template.ts'

const yourNetwork = {
  MakeVpc: 'false',
  VpcId: 'vpc-0123456789abcdef0',
  PublicSubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  PrivateSubnetIds: 'subnet-0123456789abcdef2,subnet-0123456789abcdef3',
}
const small = { NatGateways: '0', DatabaseInstances: '1' }

describe('the stack of app.yaml on that of base.yaml', () => {
  it.each(deployments)('app.yaml on base.yaml is valid %s, with an export for each import', (_, given) => {
    const { app, base } = stacks(given)
    expect([errorsOf(app), errorsOf(base)]).toEqual([[], []])
    expect(JSON.stringify(createdBy(app))).toContain('DatabasePassword')
  })

  it.each([
    ['in your network', required, yourNetwork],
    ['in the small profile', { ...required, TasksArePublic: 'true' }, small],
    ['without a database of its own', withOwnDatabase, { MakeDatabase: 'false' }],
  ])('app.yaml finds an export for each import %s', (_, given, below) => {
    const { app, base } = stacks(given, below)
    expect([errorsOf(app), errorsOf(base)]).toEqual([[], []])
    expect(Object.keys(createdBy(app))).toContain('Service')
  })

  it.each([
    ['tasks in private subnets without a NAT gateway', required, small, 'marketplace-base-PrivateSubnetIds'],
    ['no database at all', required, { MakeDatabase: 'false' }, 'marketplace-base-DatabaseOwnerSecretArn'],
    ['another name of the base stack', { ...required, Base: 'other' }, {}, 'other-VpcId'],
  ])('the stack fails before it creates anything with %s', (_, given, below, name) => {
    expect(() => createdBy(stacks(given, below).app)).toThrow(`No export named ${name} found`)
  })

  it('no stack imports from a stack that imports from it', () => {
    for (const name of ['base.yaml', 'events.yaml'] as const)
      expect(objectsIn(readTemplate(name)).filter((object) => 'Fn::ImportValue' in object)).toEqual([])
  })

  it('app.yaml imports every export of base.yaml', () => {
    const imports = objectsIn(readTemplate('app.yaml')).flatMap((object) =>
      'Fn::ImportValue' in object ? [(object['Fn::ImportValue'] as { 'Fn::Sub': string })['Fn::Sub']] : [],
    )
    const exported = exportsOf(stacks(required).base).map(({ name }) => name.replace('marketplace-base', '${Base}'))
    expect([...new Set(imports)].sort()).toEqual(exported.sort())
  })
})

it('the reason of a stopped task outlives a rollback of app.yaml', () => {
  const { app, base } = stacks(required)
  expect(Object.values(app.template.Resources).filter(({ Type }) => Type === 'AWS::ECS::Cluster')).toEqual([])
  expect(createdBy(app)['Service']).toMatchObject({ Cluster: 'Cluster' })
  const command = String(evaluate(base, base.template.Outputs['StoppedTasksCommand']?.Value))
  expect(command).toContain('aws ecs describe-tasks --region eu-central-1 --cluster Cluster ')
})

/** The resources that a resource depends on, by Ref, GetAtt, Sub or DependsOn. */
function awaited({ Resources }: Template, name: string): readonly string[] {
  const { DependsOn = [], Properties } = Resources[name] ?? { Type: '' }
  const named = objectsIn(Properties).flatMap((object) => [
    ...[object['Ref']].flat(),
    ...[object['Fn::GetAtt']].flat().slice(0, 1),
    ...[...JSON.stringify(object['Fn::Sub'] ?? '').matchAll(/\$\{(\w+)/g)].map(([, inner]) => inner),
  ])
  return [...[DependsOn].flat(), ...named].filter((one): one is string => typeof one === 'string' && one in Resources)
}

it.each(templateNames)('no resource of %s depends on itself', (name) => {
  const template = readTemplate(name)
  const finished = new Set<string>()
  const reached = (from: string, seen: readonly string[]): void => {
    expect(seen).not.toContain(from)
    if (finished.has(from)) return
    for (const next of awaited(template, from)) reached(next, [...seen, from])
    finished.add(from)
  }
  for (const resource of Object.keys(template.Resources)) reached(resource, [])
})

it('the alarm on missing tasks waits for the service', () => {
  expect(awaited(readTemplate('app.yaml'), 'NoHealthyTaskAlarm')).toContain('Service')
})

describe('NAT gateways', () => {
  const created = (count: string) =>
    Object.keys(createdBy(stacks(required, { NatGateways: count }).base)).filter((name) =>
      name.startsWith('NatGateway'),
    )

  it.each([
    ['0', []],
    ['1', ['NatGatewayA']],
    ['2', ['NatGatewayA', 'NatGatewayB']],
  ])('the number of NAT gateways is as requested: %s', (count, names) => {
    expect(created(count)).toEqual(names)
  })

  it('one or two NAT gateways serve both private subnets', () => {
    const gateways = (count: string) => {
      const { base } = stacks(required, { NatGateways: count })
      return ['PrivateRouteA', 'PrivateRouteB'].map(
        (name) => (createdBy(base)[name] as { NatGatewayId: string }).NatGatewayId,
      )
    }
    expect(gateways('1')).toEqual(['NatGatewayA', 'NatGatewayA'])
    expect(gateways('2')).toEqual(['NatGatewayA', 'NatGatewayB'])
  })
})

describe('the secrets', () => {
  it('properties that would generate new secrets do not change in a later release', () => {
    const generated = Object.entries(readTemplate('base.yaml').Resources)
      .filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')
      .map(([name, { Properties = {} }]) => [name, Properties['GenerateSecretString'] ?? Properties['SecretString']])
    expect(Object.fromEntries(generated)).toEqual({
      SessionSecret: { PasswordLength: 64, ExcludePunctuation: true },
      DatabasePassword: { PasswordLength: 40, ExcludePunctuation: true },
      HandoffSecret: { PasswordLength: 64, ExcludePunctuation: true },
      ApiSecret: { PasswordLength: 64, ExcludePunctuation: true },
      ExternalId: { PasswordLength: 32, ExcludePunctuation: true },
      WebhookKey: { PasswordLength: 64, ExcludePunctuation: true },
      WebhookSecret: { 'Fn::Sub': 'whsec_{{resolve:secretsmanager:${WebhookKey}}}' },
    })
  })

  it('secrets are read at the start of a task with a role that has the permission', () => {
    for (const [, given] of deployments) {
      const { app } = stacks(given)
      const allowed = JSON.stringify(evaluate(app, app.template.Resources['ExecutionRole']?.Properties))
      for (const { ValueFrom } of containerOf(given, 'app').Secrets) expect(allowed).toContain(`"${ValueFrom}"`)
    }
  })
})

/** Set by the template itself, because other parts of it depend on the value. */
const fixed = ['PUBLIC_URL', 'PORT', 'REQUEST_DEADLINE_MS', 'DRAIN_SECONDS', 'ALB_IDLE_TIMEOUT_SECONDS']
const metrics = ['METRICS_PORT', 'METRICS_HOST']

it('every setting in the runbook is a parameter or the secret of one', () => {
  const documents = join(import.meta.dirname, '../../docs')
  const [name = ''] = readdirSync(documents).filter((file) => ['operations.md', 'runbook.md'].includes(file))
  const runbook = readFileSync(join(documents, name), 'utf8')
  const known = new Set([...Object.keys(settings.shape), 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'NO_PROXY'])
  const named = [...new Set(runbook.match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g))].filter((name) => known.has(name))
  const { Environment, Secrets } = containerOf(everything, 'app')
  const set = [...Environment, ...Secrets].map(({ Name }) => Name)
  expect(named.length).toBeGreaterThan(8)
  expect(named.filter((name) => !set.includes(name))).toEqual([])
  const container = objectsIn(readTemplate('app.yaml').Resources['TaskDefinition'])
  const constant = container.filter(
    ({ Name, Value }) => known.has(String(Name)) && typeof Value === 'string' && !fixed.includes(String(Name)),
  )
  expect(constant.map(({ Name }) => Name)).toEqual(metrics)
})
