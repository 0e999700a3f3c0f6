import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate'
import { afterAll, expect, it } from 'vitest'
import { deployFolder } from '../support/template.ts'

const folder = mkdtempSync(join(tmpdir(), 'templates-'))
const engine = new RegoEngine()
afterAll(() => {
  engine.free()
  rmSync(folder, { recursive: true })
})

/** What AWS's own validator finds, as `RULE of RESOURCE`. */
function findings(file: string): readonly string[] {
  const { status, diagnostics } = engine.validateStandard(new TemplateFile(file), {
    // It says of each property that AWS can set once only that another value makes a new resource: no fault in any template.
    exclude: { ids: ['I9001'] },
    pseudoParameterOverrides: { region: 'us-east-1' },
  })
  expect(status).toBe('OK')
  return diagnostics.map(({ ruleId, entity }) => `${ruleId} of ${entity?.logicalId ?? 'the template'}`)
}

it.each(['app.yaml', 'events.yaml'])(
  'AWS finds nothing in %s',
  (name) => {
    expect(findings(join(deployFolder, name))).toEqual([])
  },
  60_000,
)

type Error = readonly [right: string, wrong: string, finding: string]

const planted: readonly (readonly [string, readonly Error[]])[] = [
  [
    'app.yaml',
    [
      ['HealthCheckPath: /healthz', 'HealthCheckPth: /healthz', 'F3002 of TargetGroup'],
      ['Scheme: internet-facing', 'Scheme: internet', 'W3030 of LoadBalancer'],
      ["Default: '512'", "Default: '8192'", 'E3047 of TaskDefinition'],
      ['    UpdateReplacePolicy: Snapshot\n', '', 'W3011 of Database'],
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

it.each(planted)(
  'AWS finds each error that is planted in %s',
  (name, errors) => {
    let text = readFileSync(join(deployFolder, name), 'utf8')
    for (const [right, wrong] of errors) {
      expect(text).toContain(right)
      text = text.replace(right, wrong)
    }
    const file = join(folder, name)
    writeFileSync(file, text)
    expect(findings(file)).toEqual(expect.arrayContaining(errors.map(([, , finding]) => finding)))
  },
  60_000,
)
