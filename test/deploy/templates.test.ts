import { Buffer } from 'node:buffer'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { objectsIn, readTemplate, type Resource, type Template } from '../support/template.ts'

const [app, events] = [readTemplate('app.yaml'), readTemplate('events.yaml')]
const calls = join(import.meta.dirname, '../../src/aws')
const both = [
  ['app.yaml', app],
  ['events.yaml', events],
] as const

type Statement = {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action: string | readonly string[]
  readonly Resource?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const statements = (value: unknown) =>
  objectsIn(value).filter((object) => 'Effect' in object) as unknown as readonly Statement[]

const ofType = ({ Resources }: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type)

const properties = ({ Resources }: Template, name: string) => Resources[name]?.Properties ?? {}

describe.each(both)('%s', (_, template) => {
  it('is small enough to be sent without a bucket', () => {
    expect(Buffer.byteLength(template.text)).toBeLessThanOrEqual(51_200)
  })

  it('allows no action on everything, but those for which AWS has no resources, and says so beside it', () => {
    const withoutResources = /^(?:aws-marketplace:\w+|ecr:GetAuthorizationToken)$/
    const allowed = statements(template).filter(
      ({ Effect, Principal }) => Effect === 'Allow' && Principal === undefined,
    )
    expect(allowed.length).toBeGreaterThan(1)
    for (const { Action, Resource } of allowed) {
      const actions = [Action].flat()
      expect(actions.filter((action) => action.includes('*'))).toEqual([])
      if (JSON.stringify(Resource).includes('"*"'))
        expect(actions.filter((action) => !withoutResources.test(action))).toEqual([])
    }
    const lines = template.text.split('\n')
    for (const [at, line] of lines.entries())
      if (/^\s+Resource: '\*'$/.test(line)) expect(lines[at - 1]).toMatch(/^\s+# .*no resource/)
  })

  it('says what becomes of data and secrets when the stack goes', () => {
    const kept = /^AWS::(?:RDS::DBCluster|SQS::Queue|SecretsManager::Secret|Logs::LogGroup)$/
    const data = Object.entries(template.Resources).filter(([, { Type }]) => kept.test(Type))
    expect(data.length).toBeGreaterThan(1)
    for (const [name, { Type, DeletionPolicy, UpdateReplacePolicy }] of data) {
      const wanted = Type.endsWith('Secret') ? /^(?:Retain|Delete)$/ : /^(?:Retain|Snapshot)$/
      expect([name, DeletionPolicy]).toEqual([name, expect.stringMatching(wanted)])
      expect([name, UpdateReplacePolicy]).toEqual([name, DeletionPolicy])
    }
  })

  it('lets only named services and accounts assume a role', () => {
    const trusts = ofType(template, 'AWS::IAM::Role').flatMap(([, { Properties }]) =>
      statements(Properties?.['AssumeRolePolicyDocument']),
    )
    expect(trusts.length).toBeGreaterThan(0)
    for (const { Principal } of trusts) expect(JSON.stringify(Principal)).not.toContain('*')
  })

  it('tells the topic of each alarm', () => {
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm')
    expect(alarms.length).toBeGreaterThan(1)
    for (const [, alarm] of alarms) expect(alarm.Properties?.['AlarmActions']).toEqual([{ Ref: 'AlarmTopic' }])
  })
})

describe('the queues', () => {
  const queues = ofType(events, 'AWS::SQS::Queue')

  it.each(queues)('%s takes messages of our rule only, over TLS only', (name) => {
    const policies = ofType(events, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties?.['Queues']).includes(`{"Ref":"${name}"}`),
    )
    const found = statements(policies)
    const arn = { 'Fn::GetAtt': [name, 'Arn'] }
    for (const { Resource } of found) expect(Resource).toEqual(arn)
    expect(found.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      expect.objectContaining({
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
      }),
    ])
    expect(found.filter(({ Effect }) => Effect === 'Deny')).toEqual([
      expect.objectContaining({
        Principal: '*',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ])
  })

  it.each(queues)('%s keeps messages encrypted for fourteen days', (_, { Properties }) => {
    expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true })
  })

  it('get the whole source, not a list of types', () => {
    expect(properties(events, 'Rule')).toMatchObject({
      EventPattern: { source: ['aws.agreement-marketplace'] },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
        },
      ],
    })
    expect(properties(events, 'Queue')).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
    })
  })
})

/** What the code calls in the seller account. */
function calledActions(): readonly string[] {
  const code = readdirSync(calls).map((file) => readFileSync(join(calls, file), 'utf8'))
  const called = code.flatMap((text) => [...text.matchAll(/\baction: '((?:sqs|aws-marketplace):\w+)'/g)])
  // The one call that has a file of its own for what it throws.
  return [...new Set([...called.map(([, action = '']) => action), 'aws-marketplace:ResolveCustomer'])].sort()
}

describe('the role in the seller account', () => {
  const role = properties(events, 'Role')

  it("is assumed by the app's task role only, with the external id", () => {
    expect(statements(role['AssumeRolePolicyDocument'])).toEqual([
      expect.objectContaining({
        Condition: {
          StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
          ArnEquals: {
            'aws:PrincipalArn': { 'Fn::Sub': expect.stringMatching(/role\/\$\{AppStackName\}-task$/) as string },
          },
        },
      }),
    ])
    expect(properties(app, 'TaskRole')['RoleName']).toEqual({ 'Fn::Sub': '${AWS::StackName}-task' })
  })

  it('may do what a task in the seller account may, and no more', () => {
    const marketplace = ['ResolveCustomer', 'SearchAgreements', 'GetEntitlements']
    const queue = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
    const wanted = [marketplace.map((name) => `aws-marketplace:${name}`), queue.map((name) => `sqs:${name}`)]
    expect(calledActions()).toEqual(wanted.flat().sort())
    const own = statements(properties(app, 'TaskRole')['Policies']).map(({ Action }) => Action)
    expect(statements(role['Policies']).map(({ Action }) => Action)).toEqual(wanted)
    expect(own).toEqual(['sts:AssumeRole', ...wanted, ['ses:SendEmail', 'ses:SendRawEmail']])
  })
})

describe('the network', () => {
  const sources = (group: string) =>
    [
      ...((properties(app, group)['SecurityGroupIngress'] ?? []) as readonly Readonly<Record<string, unknown>>[]),
      ...ofType(app, 'AWS::EC2::SecurityGroupIngress')
        .map(([, { Properties }]) => Properties ?? {})
        .filter(({ GroupId }) => JSON.stringify(GroupId) === JSON.stringify({ 'Fn::GetAtt': [group, 'GroupId'] })),
    ].map(({ FromPort, ToPort, CidrIp, SourceSecurityGroupId }) => [FromPort, ToPort, CidrIp ?? SourceSecurityGroupId])

  it('lets only the balancer into the tasks, and a collector to their metrics', () => {
    expect(sources('TaskSecurityGroup')).toEqual([
      [3000, 3000, { 'Fn::GetAtt': ['BalancerSecurityGroup', 'GroupId'] }],
      [9464, 9464, { Ref: 'CollectorSecurityGroupId' }],
    ])
  })

  it('lets only the tasks into the database', () => {
    expect(sources('DatabaseSecurityGroup')).toEqual([[5432, 5432, { 'Fn::GetAtt': ['TaskSecurityGroup', 'GroupId'] }]])
  })
})

describe('the database', () => {
  it('is encrypted, protected from deletion, backed up and reached by TLS', () => {
    expect(properties(app, 'Database')).toMatchObject({
      StorageEncrypted: true,
      DeletionProtection: true,
      BackupRetentionPeriod: 35,
    })
    expect(app.Resources['Database']).toMatchObject({ DeletionPolicy: 'Snapshot' })
    expect(properties(app, 'DatabaseParameters')).toMatchObject({ Parameters: { 'rds.force_ssl': '1' } })
  })
})

it('the log is kept for a year at least', () => {
  const { AllowedValues, Default } = app.Parameters['LogRetentionDays'] as unknown as {
    AllowedValues: number[]
    Default: number
  }
  expect(properties(app, 'LogGroup')['RetentionInDays']).toEqual({ Ref: 'LogRetentionDays' })
  expect(Math.min(Default, ...AllowedValues)).toBeGreaterThanOrEqual(365)
})

it('a service waits for the routes and the database that its tasks need', () => {
  const { DependsOn } = app.Resources['Service'] as unknown as { DependsOn: readonly string[] }
  expect(DependsOn).toContain('Ready')
  const awaited = JSON.stringify(app.Resources['Ready'])
  for (const name of ['PrivateRouteA', 'PrivateRouteB', 'DatabaseInstanceA', 'DatabaseInstanceB'])
    expect(awaited).toContain(`{"Ref":"${name}"}`)
})
