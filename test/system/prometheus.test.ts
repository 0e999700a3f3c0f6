import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { installed } from '../support/debian.ts'

const project = join(import.meta.dirname, '../..')

it.each([
  ['rules', 'docs/alerts.yaml'],
  ['config', 'deploy/compose/prometheus.yaml'],
])('promtool accepts the %s in %s', (kind, file) => {
  const { status, stdout, stderr } = spawnSync(installed('prometheus'), ['check', kind, file], {
    cwd: project,
    encoding: 'utf8',
  })
  expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')])
})
