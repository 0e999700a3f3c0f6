import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { compileCache } from './support/command.ts'
import { environment } from './support/environment.ts'
import { freePort } from './support/free-port.ts'
import { answering, startProgram } from './support/program.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const project = join(import.meta.dirname, '..')
const main = join(project, 'src/main.ts')

it.each([
  ['imports', `import(${JSON.stringify(pathToFileURL(main).href)})`],
  ['requires', `require(${JSON.stringify(main)})`],
])('starts, drains and ends under a launcher that %s it, as pm2 does', async (_, code) => {
  const launcher = join(temporaryFolder(), 'launcher.cjs')
  writeFileSync(launcher, code)
  const port = await freePort()
  const service = startProgram({
    args: [launcher],
    folder: '/',
    env: {
      ...compileCache,
      ...environment({
        ...{ HOST: '127.0.0.1', PORT: String(port), DRAIN_SECONDS: '0' },
        DATABASE_URL: `sqlite:${temporaryFolder()}/landing.db`,
      }),
    },
  })
  onTestFinished(() => void service.child.kill('SIGKILL'))
  await answering(service, `http://127.0.0.1:${String(port)}/readyz`)
  service.child.kill('SIGTERM')
  expect(await service.ended).toBe(0)
})

const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>
}
const nodeVersion = /\bnode (?:--require \.\/src\/node-version\.cjs |src\/node-version\.cjs && )/

it('every npm script except the formatter first checks the version of Node', () => {
  for (const [name, script] of Object.entries(scripts).filter(([name]) => name !== 'format'))
    expect([name, script]).toEqual([name, expect.stringMatching(nodeVersion)])
})

it.each(['20.19.2', '23.11.0'])(
  'Node %s gets one sentence that names the needed version, and exit code 1',
  (version) => {
    const code = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('./src/node-version.cjs')`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: project, encoding: 'utf8' })
    expect({ status, stdout, stderr }).toEqual({
      ...{ status: 1, stdout: '' },
      stderr:
        `Marketplace Landing needs Node.js 24 or later, and this is Node.js ${version}: install Node.js 24, or let npm ` +
        'install it for the scripts with "npm rebuild node --ignore-scripts=false".\n',
    })
  },
)

it.each([
  [
    'in UTF-16 is read',
    Buffer.from('\ufeffDATABASE_URL=mysql://db/x\n', 'utf16le'),
    /^DATABASE_URL must begin with sqlite:/,
  ],
  ['in another encoding is named', Buffer.from('SELLER_NAME=M\u00fcller\n', 'latin1'), /^\.env is not UTF-8 text/],
])('a .env %s by the scripts of npm', (_, bytes, message) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, '.env'), bytes)
  const preload = pathToFileURL(join(project, 'src/env-file.ts')).href
  const command = join(project, 'src/cli/registrations/main.ts')
  const env = { ...compileCache, ...environment() }
  const ended = spawnSync(process.execPath, ['--import', preload, command], { cwd: folder, env, encoding: 'utf8' })
  expect(ended).toMatchObject({ stdout: '', stderr: expect.stringMatching(message) as string })
  expect(ended.status).toBeGreaterThan(0)
})
