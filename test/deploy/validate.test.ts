import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate'
import { afterAll, expect, it } from 'vitest'
import { deployFolder, templateNames } from '../support/template.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const engine = new RegoEngine()
afterAll(() => {
  engine.free()
})

/** The findings of AWS's validator, as `RULE of RESOURCE`. */
function findings(file: string, region: string): readonly string[] {
  const { status, diagnostics } = engine.validateStandard(new TemplateFile(file), {
    exclude: {
      // Recommendations of tags and information about replacement, which are not errors.
      ids: ['I9001', 'I9040'],
      // The outputs have the same condition as their resources, but the rule does not recognize it in an output.
      logicalIds: ['VpcId', 'PublicSubnetIds', 'PrivateSubnetIds'].map((logicalId) => ({ ruleId: 'W1001', logicalId })),
    },
    pseudoParameterOverrides: { region },
  })
  expect(status).toBe('OK')
  return diagnostics.map(({ ruleId, entity }) => `${ruleId} of ${entity?.logicalId ?? 'the template'}`)
}

/** A Region of each partition. */
const regions = ['us-east-1', 'cn-northwest-1', 'eusc-de-east-1']

it.each(templateNames.flatMap((name) => regions.map((region) => [name, region] as const)))(
  'AWS finds nothing in %s in %s',
  (name, region) => {
    expect(findings(join(deployFolder, name), region)).toEqual([])
  },
)

type Error = readonly [right: string, wrong: string, finding: string]

const planted: readonly (readonly [string, readonly Error[]])[] = [
  [
    'base.yaml',
    [
      ['    UpdateReplacePolicy: Snapshot\n', '', 'W3011 of Database'],
      ['MaxCapacity: !Ref DatabaseMaxCapacity', 'MaxCapcity: !Ref DatabaseMaxCapacity', 'F3002 of Database'],
      ['StorageEncrypted: true', 'StorageEncrypted: perhaps', 'F3012 of Database'],
    ],
  ],
  [
    'app.yaml',
    [
      ['HealthCheckPath: /healthz', 'HealthCheckPth: /healthz', 'F3002 of TargetGroup'],
      ['Scheme: internet-facing', 'Scheme: internet', 'W3030 of LoadBalancer'],
      ["Cpu: '256'", "Cpu: '4096'", 'E3047 of TaskDefinition'],
      ['      Certificates: [{ CertificateArn: !Ref CertificateArn }]\n', '', 'E3676 of HttpsListener'],
    ],
  ],
  [
    'events.yaml',
    [
      ['MessageRetentionPeriod: 1209600', 'MessageRetentionPeriod: 1209601', 'F3034 of Queue'],
      ["Principal: { AWS: !Sub 'arn:${AWS::Partition}:iam::${AppAccountId}:root' }", '', 'E3530 of Role'],
      ['Queues: [!Ref Queue]', 'Queues: !GetAtt Queue.Arn', 'F3012 of QueuePolicy'],
    ],
  ],
]

it.each(planted)('AWS’s validator finds each planted error in %s', (name, errors) => {
  let text = readFileSync(join(deployFolder, name), 'utf8')
  for (const [right, wrong] of errors) {
    expect(text).toContain(right)
    text = text.replace(right, wrong)
  }
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  expect(findings(file, 'us-east-1')).toEqual(expect.arrayContaining(errors.map(([, , finding]) => finding)))
})
