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

  it('a template is smaller than 40,000 bytes, below the limit without a bucket', () => {
    expect(Buffer.byteLength(template.text)).toBeLessThan(40_000)
  })

  it('a template uses no YAML alias, which CloudFormation does not support', () => {
    expect(() => parse(template.text, { maxAliasCount: 0, logLevel: 'silent' }) as unknown).not.toThrow()
  })

  it('a template allows an action on all resources only if AWS has no resource type for it, with a comment', () => {
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

  it('a template sets what happens to data and secrets when the stack is deleted', () => {
    const data = /^AWS::(?:RDS::DBCluster|SQS::Queue|SecretsManager::Secret|Logs::LogGroup|S3::Bucket)$/
    const policies: Readonly<Record<string, readonly [string, string]>> = {
      'AWS::RDS::DBCluster': ['Snapshot', 'Snapshot'],
      'AWS::SecretsManager::Secret': ['Delete', 'Delete'],
    }
    for (const [, { Type, DeletionPolicy, UpdateReplacePolicy }] of Object.entries(template.Resources))
      if (data.test(Type))
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(policies[Type] ?? ['RetainExceptOnCreate', 'Retain'])
  })

  it('only named services and accounts may assume a role of a template', () => {
    const trusts = resourcesOf(template, 'AWS::IAM::Role').flatMap(([, { Properties }]) =>
      statementsIn(Properties?.['AssumeRolePolicyDocument']),
    )
    for (const { Principal, Condition } of trusts) {
      expect(JSON.stringify(Principal)).not.toContain('*')
      expect(Condition).toBeDefined()
    }
  })

  it('every role of a template has the permissions boundary', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Role'))
      expect(Properties?.['PermissionsBoundary']).toEqual({
        'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundaryArn' }, { Ref: 'AWS::NoValue' }],
      })
  })
})

it('app.yaml, which may be deleted freely, contains no data', () => {
  const kept = Object.values(app.Resources).filter(({ DeletionPolicy }) => DeletionPolicy !== undefined)
  expect(kept).toEqual([])
  expect(Object.values(app.Resources).filter(({ Type }) => /RDS|SecretsManager|S3|SQS|Logs::/.test(Type))).toEqual([])
})

describe('the queues', () => {
  const queues = resourcesOf(events, 'AWS::SQS::Queue')

  it.each(queues)('the queue %s accepts messages of our rule only, over TLS only', (name) => {
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

  it.each(queues)('the queue %s keeps messages encrypted for 14 days', (_, { Properties }) => {
    expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true })
  })

  it('the queues get all events of the source, not a list of types', () => {
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

/** The actions that the code calls in the seller account. */
function calledActions(): readonly string[] {
  const code = readdirSync(calls).map((file) => readFileSync(join(calls, file), 'utf8'))
  const called = code.flatMap((text) => [...text.matchAll(/\baction: '((?:sqs|aws-marketplace):\w+)'/g)])
  // The only call with its own file for errors.
  return [...new Set([...called.map(([, action = '']) => action), 'aws-marketplace:ResolveCustomer'])].sort()
}

describe('the role in the seller account', () => {
  const role = propertiesOf(events, 'Role')

  it('the role in the seller account can be assumed by the app’s task role only, with the external id', () => {
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

  it('the role in the seller account has the same permissions as a task there', () => {
    const marketplace = ['ResolveCustomer', 'SearchAgreements', 'GetEntitlements']
    const queue = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
    const wanted = [marketplace.map((name) => `aws-marketplace:${name}`), queue.map((name) => `sqs:${name}`)]
    expect(calledActions()).toEqual(wanted.flat().sort())
    const own = statementsIn(propertiesOf(app, 'TaskRole')['Policies']).map(({ Action }) => Action)
    expect(statementsIn(role['Policies']).map(({ Action }) => Action)).toEqual(wanted)
    expect(own).toEqual(['sts:AssumeRole', ...wanted, ['ses:SendEmail', 'ses:SendRawEmail'], 'ses:GetAccount'])
  })
})

it('mail can be sent from the address of MailFrom only', () => {
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

  it('only the load balancer reaches the tasks, and only a collector their metrics', () => {
    expect(sources({ 'Fn::ImportValue': { 'Fn::Sub': '${Base}-TaskSecurityGroupId' } })).toEqual([
      [3000, { 'Fn::GetAtt': ['BalancerSecurityGroup', 'GroupId'] }],
      [9464, { Ref: 'CollectorSecurityGroupId' }],
    ])
    expect(propertiesOf(base, 'TaskSecurityGroup')['SecurityGroupIngress']).toBeUndefined()
  })

  it('only the tasks reach the database', () => {
    expect(sources({ 'Fn::GetAtt': ['DatabaseSecurityGroup', 'GroupId'] })).toEqual([
      [5432, { 'Fn::GetAtt': ['TaskSecurityGroup', 'GroupId'] }],
    ])
  })

  it('buyers reach the load balancer, or only the proxy if there is one', () => {
    const conditions = ['BalancerFromBuyers', 'BalancerFromProxy'].map((name) => app.Resources[name]?.Condition)
    expect(conditions).toEqual(['IsOpen', 'HasProxy'])
    expect(sources({ 'Fn::GetAtt': ['BalancerSecurityGroup', 'GroupId'] }).filter(([port]) => port === 443)).toEqual([
      [443, '0.0.0.0/0'],
      [443, { Ref: 'ProxyPrefixListId' }],
    ])
  })
})

describe('the database', () => {
  it('the database is encrypted, backed up and reached over TLS', () => {
    expect(propertiesOf(base, 'Database')).toMatchObject({ StorageEncrypted: true, BackupRetentionPeriod: 35 })
    expect(propertiesOf(base, 'DatabaseParameters')).toMatchObject({ Parameters: { 'rds.force_ssl': '1' } })
  })

  it('creating the database can be rolled back, and it is protected afterward', () => {
    expect(propertiesOf(base, 'Database')['DeletionProtection']).toEqual({ Ref: 'ProtectDatabase' })
    expect(base.Parameters['ProtectDatabase']?.Default).toBe('false')
  })

  it('the database has its own log only if Amazon RDS deletes it', () => {
    expect(propertiesOf(base, 'Database')['EnableCloudwatchLogsExports']).toBeUndefined()
  })
})

it('log and access log are kept for at least one year', () => {
  const { AllowedValues = [], Default } = base.Parameters['LogRetentionDays'] ?? {}
  expect(propertiesOf(base, 'LogGroup')['RetentionInDays']).toEqual({ Ref: 'LogRetentionDays' })
  expect(JSON.stringify(propertiesOf(base, 'AccessLogs')['LifecycleConfiguration'])).toContain('LogRetentionDays')
  expect(Math.min(Number(Default), ...AllowedValues.map(Number))).toBeGreaterThanOrEqual(365)
})

it('the stack policy prevents changes that would lose the database, the log, the network or a secret', () => {
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
  // CloudFormation rejects a policy with a resource that the template does not have.
  const unknown = denied
    .flatMap(({ Resource }) => [Resource].flat())
    .map((one) => one.replace('LogicalResourceId/', ''))
  expect(unknown.filter((name) => !(name in base.Resources))).toEqual([])
  expect(named('Update:Replace')).toEqual(['Database', 'DatabaseSubnets', 'LogGroup', 'Vpc'])
  expect(named('Update:Delete')).toEqual(['Database', 'DatabaseSubnets', 'LogGroup', 'Vpc'])
})
