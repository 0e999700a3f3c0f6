import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  propertiesOf,
  readTemplate,
  resourcesOf,
  statementsIn,
  templateNames,
  type Resource,
} from '../support/template.ts'

const [base, app, events] = [readTemplate('base.yaml'), readTemplate('app.yaml'), readTemplate('events.yaml')]
const calls = join(import.meta.dirname, '../../src/aws')

describe.each(templateNames)('%s', (name) => {
  const template = readTemplate(name)

  it('is smaller than 40,000 bytes, well below the limit of a template that is sent without a bucket', () => {
    expect(Buffer.byteLength(template.text)).toBeLessThan(40_000)
  })

  it('uses no alias of YAML, which CloudFormation does not support', () => {
    expect(() => parse(template.text, { maxAliasCount: 0, logLevel: 'silent' }) as unknown).not.toThrow()
  })

  it('allows an action on everything only where AWS has no resource for it, and says so beside it', () => {
    const withoutResource = /^(?:aws-marketplace:\w+|ecr:GetAuthorizationToken|ses:GetAccount)$/
    const allowed = statementsIn(template).filter(
      ({ Effect, Principal }) => Effect === 'Allow' && Principal === undefined,
    )
    for (const { Action, Resource } of allowed) {
      const actions = [Action].flat()
      expect(actions.filter((action) => action.includes('*'))).toEqual([])
      if (JSON.stringify(Resource).includes('"*"'))
        expect(actions.filter((action) => !withoutResource.test(action))).toEqual([])
    }
    const lines = template.text.split('\n')
    for (const [at, line] of lines.entries())
      if (/^\s+Resource: '\*'$/.test(line)) expect(lines[at - 1]).toMatch(/^\s+# .*no resource/)
  })

  it('says what becomes of data and secrets when the stack goes', () => {
    const data = /^AWS::(?:RDS::DBCluster|SQS::Queue|SecretsManager::Secret|Logs::LogGroup|S3::Bucket)$/
    const policies: Readonly<Record<string, readonly [string, string]>> = {
      'AWS::RDS::DBCluster': ['Snapshot', 'Snapshot'],
      'AWS::SecretsManager::Secret': ['Delete', 'Delete'],
    }
    for (const [, { Type, DeletionPolicy, UpdateReplacePolicy }] of Object.entries(template.Resources))
      if (data.test(Type))
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(policies[Type] ?? ['RetainExceptOnCreate', 'Retain'])
  })

  it('lets only named services and accounts assume a role', () => {
    const trusts = resourcesOf(template, 'AWS::IAM::Role').flatMap(([, { Properties }]) =>
      statementsIn(Properties?.['AssumeRolePolicyDocument']),
    )
    for (const { Principal, Condition } of trusts) {
      expect(JSON.stringify(Principal)).not.toContain('*')
      expect(Condition).toBeDefined()
    }
  })

  it('puts every role under the permissions boundary', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Role'))
      expect(Properties?.['PermissionsBoundary']).toEqual({
        'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundaryArn' }, { Ref: 'AWS::NoValue' }],
      })
  })
})

it('no data is in the stack that may be deleted freely', () => {
  const kept = Object.values(app.Resources).filter(({ DeletionPolicy }) => DeletionPolicy !== undefined)
  expect(kept).toEqual([])
  expect(Object.values(app.Resources).filter(({ Type }) => /RDS|SecretsManager|S3|SQS|Logs::/.test(Type))).toEqual([])
})

describe('the queues', () => {
  const queues = resourcesOf(events, 'AWS::SQS::Queue')

  it.each(queues)('%s takes messages of our rule only, over TLS only', (name) => {
    const policies = resourcesOf(events, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties?.['Queues']).includes(`{"Ref":"${name}"}`),
    )
    const found = statementsIn(policies)
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
    expect(propertiesOf(events, 'Rule')).toMatchObject({
      EventPattern: { source: ['aws.agreement-marketplace'] },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
        },
      ],
    })
    expect(propertiesOf(events, 'Queue')).toMatchObject({
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
  const role = propertiesOf(events, 'Role')

  it("is assumed by the app's task role only, with the external id", () => {
    expect(statementsIn(role['AssumeRolePolicyDocument'])).toEqual([
      expect.objectContaining({
        Condition: {
          StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
          ArnEquals: {
            'aws:PrincipalArn': { 'Fn::Sub': expect.stringMatching(/role\/\$\{AppStackName\}-task$/) as string },
          },
        },
      }),
    ])
    expect(propertiesOf(app, 'TaskRole')['RoleName']).toEqual({ 'Fn::Sub': '${AWS::StackName}-task' })
  })

  it('may do what a task in the seller account may, and no more', () => {
    const marketplace = ['ResolveCustomer', 'SearchAgreements', 'GetEntitlements']
    const queue = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
    const wanted = [marketplace.map((name) => `aws-marketplace:${name}`), queue.map((name) => `sqs:${name}`)]
    expect(calledActions()).toEqual(wanted.flat().sort())
    const own = statementsIn(propertiesOf(app, 'TaskRole')['Policies']).map(({ Action }) => Action)
    expect(statementsIn(role['Policies']).map(({ Action }) => Action)).toEqual(wanted)
    expect(own).toEqual(['sts:AssumeRole', ...wanted, ['ses:SendEmail', 'ses:SendRawEmail'], 'ses:GetAccount'])
  })
})

it('mail leaves from the one address of MailFrom only', () => {
  const sending = statementsIn(propertiesOf(app, 'TaskRole')).filter(({ Action }) => Action.includes('ses:SendEmail'))
  expect(sending).toEqual([
    expect.objectContaining({ Condition: { StringEquals: { 'ses:FromAddress': { Ref: 'MailFrom' } } } }),
  ])
})

it('keys of your own are used by Secrets Manager only', () => {
  const decrypting = statementsIn(app).filter(({ Action }) => Action === 'kms:Decrypt')
  expect(decrypting).toEqual([
    expect.objectContaining({
      Condition: {
        StringEquals: { 'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}' } },
      },
    }),
  ])
})

describe('the network', () => {
  const rules = ['base.yaml', 'app.yaml'].map((name) => readTemplate(name as 'base.yaml'))
  const ingress = rules.flatMap((template) => [
    ...resourcesOf(template, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties = {} }]) => Properties),
    ...resourcesOf(template, 'AWS::EC2::SecurityGroup').flatMap(([name, { Properties }]) =>
      ((Properties?.['SecurityGroupIngress'] ?? []) as readonly object[]).map((rule) => ({
        ...rule,
        GroupId: { 'Fn::GetAtt': [name, 'GroupId'] },
      })),
    ),
  ]) as readonly Readonly<Record<string, unknown>>[]
  const sources = (group: unknown) =>
    ingress
      .filter(({ GroupId }) => JSON.stringify(GroupId) === JSON.stringify(group))
      .map(({ FromPort, CidrIp, SourceSecurityGroupId, SourcePrefixListId }) => [
        FromPort,
        CidrIp ?? SourceSecurityGroupId ?? SourcePrefixListId,
      ])

  it('lets only the balancer into the tasks, and a collector to their metrics', () => {
    expect(sources({ 'Fn::ImportValue': { 'Fn::Sub': '${Base}-TaskSecurityGroupId' } })).toEqual([
      [3000, { 'Fn::GetAtt': ['BalancerSecurityGroup', 'GroupId'] }],
      [9464, { Ref: 'CollectorSecurityGroupId' }],
    ])
    expect(propertiesOf(base, 'TaskSecurityGroup')['SecurityGroupIngress']).toBeUndefined()
  })

  it('lets only the tasks into the database', () => {
    expect(sources({ 'Fn::GetAtt': ['DatabaseSecurityGroup', 'GroupId'] })).toEqual([
      [5432, { 'Fn::GetAtt': ['TaskSecurityGroup', 'GroupId'] }],
    ])
  })

  it('lets buyers into the load balancer, or with a proxy in front the proxy alone', () => {
    const conditions = ['BalancerFromBuyers', 'BalancerFromProxy'].map((name) => app.Resources[name]?.Condition)
    expect(conditions).toEqual(['IsOpen', 'HasProxy'])
    expect(sources({ 'Fn::GetAtt': ['BalancerSecurityGroup', 'GroupId'] }).filter(([port]) => port === 443)).toEqual([
      [443, '0.0.0.0/0'],
      [443, { Ref: 'ProxyPrefixListId' }],
    ])
  })
})

describe('the database', () => {
  it('is encrypted, backed up and reached by TLS', () => {
    expect(propertiesOf(base, 'Database')).toMatchObject({ StorageEncrypted: true, BackupRetentionPeriod: 35 })
    expect(propertiesOf(base, 'DatabaseParameters')).toMatchObject({ Parameters: { 'rds.force_ssl': '1' } })
  })

  it('can be rolled back when it is created, and is protected afterwards', () => {
    expect(propertiesOf(base, 'Database')['DeletionProtection']).toEqual({ Ref: 'ProtectDatabase' })
    expect(base.Parameters['ProtectDatabase']?.Default).toBe('false')
  })

  it('has a log of its own only where Amazon RDS deletes it by itself', () => {
    expect(propertiesOf(base, 'Database')['EnableCloudwatchLogsExports']).toBeUndefined()
  })
})

it('log and access log are kept for a year at least', () => {
  const { AllowedValues = [], Default } = base.Parameters['LogRetentionDays'] ?? {}
  expect(propertiesOf(base, 'LogGroup')['RetentionInDays']).toEqual({ Ref: 'LogRetentionDays' })
  expect(JSON.stringify(propertiesOf(base, 'AccessLogs')['LifecycleConfiguration'])).toContain('LogRetentionDays')
  expect(Math.min(Number(Default), ...AllowedValues.map(Number))).toBeGreaterThanOrEqual(365)
})

it('the stack policy keeps the database and the secrets as they are', () => {
  const policy = JSON.parse(readFileSync(join(import.meta.dirname, '../../deploy/base.policy.json'), 'utf8')) as {
    Statement: readonly { Effect: string; Action: string | readonly string[]; Resource: string | readonly string[] }[]
  }
  const denied = policy.Statement.filter(({ Effect }) => Effect === 'Deny')
  const named = (action: string) =>
    denied
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => [Resource].flat())
      .map((resource) => resource.replace('LogicalResourceId/', ''))
      .sort()
  const ids = (type: string) => resourcesOf(base, type).map(([name]: readonly [string, Resource]) => name)
  const secrets = ids('AWS::SecretsManager::Secret').sort()
  expect(named('Update:*')).toEqual(secrets)
  expect(named('Update:Replace')).toEqual(['Database', 'DatabaseSubnets', 'LogGroup'].sort())
  expect(named('Update:Delete')).toEqual(['Database', 'DatabaseSubnets', 'LogGroup'].sort())
})
