import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import { expect, it } from 'vitest'
import tseslint from 'typescript-eslint'

// The project's configuration without rules that need types, because these files do not exist on disk.
const eslint = new ESLint({
  cwd: `${import.meta.dirname}/..`,
  overrideConfig: [tseslint.configs.disableTypeChecked],
})

/** The rules that a file with this content violates. */
async function broken(file: string, content: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${content}\n`, { filePath: file })
  return result?.messages.map(({ ruleId }) => ruleId) ?? []
}

const imports = (target: string) => `import '${target}'`

it.each([
  ['src/web/new.ts', imports('../domain/land.ts')],
  ['src/web/new.ts', imports('helmet')],
  ['src/web/new.ts', imports('node:http')],
  ['src/domain/new.ts', imports('zod')],
  ['src/domain/new.ts', `export const land = import('./land.ts')`],
  ['src/config/new.ts', imports('../aws/regions.ts')],
  ['src/store/new.ts', `export type { DatabaseUrl } from '../config/database-url.ts'`],
  ['src/store/new.ts', imports('node:sqlite')],
  ['src/store/sessions.ts', imports('express-session')],
  ['src/aws/new.ts', imports('@aws-sdk/client-sts')],
  ['src/oidc/new.ts', imports('openid-client')],
  ['src/main.ts', `${imports('./aws/client.ts')}\n${imports('./store/store.ts')}`],
  ['src/cli/doctor/new.ts', `${imports('../../aws/client.ts')}\n${imports('../../store/store.ts')}`],
  ['src/demo.ts', imports('../simulator/src/simulator.ts')],
])('the boundaries allow %s to contain %s', async (file, content) => {
  expect(await broken(file, content)).toEqual([])
})

it.each([
  ['src/domain/new.ts', imports('../web/paths.ts')],
  ['src/web/console/new.ts', imports('openid-client')],
  ['src/domain/new.ts', `import type { Config } from '../config/config.ts'\nexport type Copy = Config`],
  ['src/domain/new.ts', `export { paths } from '../web/paths.ts'`],
  ['src/domain/new.ts', imports('express')],
  ['src/web/new.ts', `export const client = import('../aws/client.ts')`],
  ['src/web/new.ts', imports('../store/store.ts')],
  ['src/web/new.ts', imports('@smithy/core/retry')],
  ['src/web/new.ts', imports('node:sqlite')],
  ['src/web/new.ts', imports('a-package-that-nobody-named')],
  ['src/app.ts', imports('./store/store.ts')],
  ['src/metrics/new.ts', imports('express-session')],
  ['src/config/new.ts', imports('../aws/client.ts')],
  ['src/store/new.ts', `import { type DatabaseUrl } from '../config/database-url.ts'\nexport type Copy = DatabaseUrl`],
  ['src/store/new.ts', `export { parseDatabaseUrl } from '../config/database-url.ts'`],
  ['src/store/new.ts', `export type { Config } from '../config/config.ts'`],
  ['src/store/new.ts', imports('express-session')],
  ['src/cli/doctor/new.ts', imports('../../web/paths.ts')],
  ['src/main.ts', imports('../simulator/src/simulator.ts')],
  ['src/errors.ts', imports('./domain/land.ts')],
])('the boundaries forbid %s to contain %s', async (file, content) => {
  expect(await broken(file, content)).toEqual(['boundaries/dependencies'])
})

it('the boundaries forbid a new folder under src and imports from it', async () => {
  expect(await broken('src/billing/new.ts', 'export const rate = 1')).toEqual(['boundaries/no-unknown-files'])
  expect(await broken('src/web/new.ts', imports('../billing/new.ts'))).toEqual(['boundaries/no-unknown-dependencies'])
})

it('the boundaries forbid an import with a computed name, because its layer cannot be checked', async () => {
  expect(await broken('src/web/new.ts', 'export const load = (name: string) => import(name)')).toEqual([
    'no-restricted-syntax',
  ])
})

it.each(['app', 'web', 'metrics', 'aws', 'store', 'delivery', 'jobs', 'i18n', 'config', 'domain', 'errors'])(
  'the boundaries forbid %s to import both AWS and the database',
  async (layer) => {
    const aws = await broken(`src/${layer}/new.ts`, imports('../aws/client.ts'))
    const store = await broken(`src/${layer}/new.ts`, imports('../store/store.ts'))
    expect([...aws, ...store]).toContain('boundaries/dependencies')
  },
)

it.each(['../../src/errors.ts', '../../../src/app.ts', 'express'])(
  'the boundaries forbid the simulator to import %s',
  async (target) => {
    expect(await broken('simulator/src/new.ts', imports(target))).toEqual(['no-restricted-imports'])
  },
)

it('src has no import cycles, type-only imports included', () => {
  const root = join(import.meta.dirname, '..')
  const files = globSync('src/**/*.ts', { cwd: root })
  const imported = new Map(
    files.map((file) => {
      const found = readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)
      return [file, [...found].map(([, target = '']) => join(dirname(file), target))]
    }),
  )
  const circles: string[] = []
  const visited = new Set<string>()
  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || visited.has(file)) return
    for (const target of imported.get(file) ?? []) visit(target, [...path, file])
    visited.add(file)
  }
  for (const file of files) visit(file, [])
  expect(files.length).toBeGreaterThan(100)
  expect(circles).toEqual([])
})
