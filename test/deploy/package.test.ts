import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const project = join(import.meta.dirname, '../..')

it('a release has its own image as the default, links to its runbook and stays below the limit of a template', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'docs'))
  for (const path of ['deploy', 'docs/alerts.yaml', 'CHANGELOG.md'])
    cpSync(join(project, path), join(folder, path), { recursive: true })
  execFileSync(join(folder, 'deploy/package.sh'), ['1.2.0', 'Owner/Landing', 'templates'])
  const file = (name: string) => readFileSync(join(folder, 'dist/release', name), 'utf8')
  const runbook = 'https://github.com/Owner/Landing/blob/v1.2.0/docs/runbook.md#from-an-alert'

  expect(file('app.yaml')).toContain('\n  Image:\n    Default: ghcr.io/owner/landing:1.2.0\n    Type: String\n')
  for (const name of ['base.yaml', 'app.yaml', 'events.yaml', 'alerts.yaml']) {
    const links = file(name).match(/\S*docs\/runbook\.md\S*/g) ?? []
    expect(links.length).toBeGreaterThan(1)
    for (const link of links) expect(link).toMatch(new RegExp(`^${runbook.replaceAll('.', '\\.')}'?$`))
    expect(Buffer.byteLength(file(name))).toBeLessThan(45_000)
  }
  const console = 'https://console.aws.amazon.com/cloudformation/home'
  for (const [region, template, stack] of [
    ['', 'base', 'marketplace-base'],
    ['?region=us-east-1', 'events', 'marketplace-events'],
    ['', 'app', 'marketplace-landing'],
  ] as const)
    expect(file('notes.md')).toContain(
      `[Launch ${stack}](${console}${region}#/stacks/create/review?templateURL=https://templates.s3.amazonaws.com/1.2.0/${template}.yaml&stackName=${stack})`,
    )
})
