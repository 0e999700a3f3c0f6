import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallLanding } from '../../simulator/test/small-landing.ts'
import { signedHeaders } from '../../simulator/test/support.ts'
import { freePort } from '../support/free-port.ts'

const project = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(project, 'simulator/package.json'), 'utf8')) as { version: string }
const tarball = join(project, `dist/marketplace-simulator-${version}.tgz`)

// Without the project's own programs, and without what npm adds to the environment of this test.
const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
const inherited = Object.entries(process.env).filter(
  ([name]) => !/^npm_(?:package|lifecycle|config_local)|^INIT_CWD/.test(name),
)
const machinesNode = path.map((folder) => join(folder, 'node')).find((file) => existsSync(file)) ?? process.execPath
const versionOf = (node: string) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()

/** The project's Node, and the machine's Node when it is another one from 20 on. */
const nodes = [...new Map([process.execPath, machinesNode].map((node) => [versionOf(node), node]))].filter(
  ([nodeVersion]) => Number.parseInt(nodeVersion.slice(1)) >= 20,
)

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

beforeAll(() => {
  execFileSync('npm', ['run', 'pack:simulator'], { cwd: project, stdio: 'pipe' })
}, 120_000)

describe.each(nodes)('the simulator’s package, installed with Node %s', (nodeVersion, node) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-package-'))
  const installed = join(folder, 'node_modules/marketplace-simulator')
  const bin = join(folder, 'node_modules/.bin/marketplace-simulator')
  const env = { ...Object.fromEntries(inherited), PATH: [dirname(node), ...path].join(delimiter) }
  const started: ChildProcess[] = []
  let url = ''

  beforeAll(async () => {
    const install = ['install', '--offline', '--no-audit', '--no-fund', tarball]
    execFileSync('npm', install, { cwd: folder, env, stdio: 'pipe' })
    const child = spawn(bin, ['--port', '0'], { cwd: folder, env })
    started.push(child)
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    while (!printed.includes('Ctrl+C')) await once(child.stdout, 'data')
    url = /AWS_ENDPOINT_URL=(\S+)/.exec(printed)?.[1] ?? ''
  }, 120_000)

  afterAll(async () => {
    for (const child of started) {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    rmSync(folder, { recursive: true })
  })

  it('runs on that Node, has no dependencies and takes less than 10 MB', () => {
    expect(execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim()).toBe(nodeVersion)
    expect(readdirSync(join(folder, 'node_modules')).sort()).toEqual([
      '.bin',
      '.package-lock.json',
      'marketplace-simulator',
    ])
    const onDisk = filesIn(folder).reduce((sum, file) => sum + statSync(file).blocks * 512, 0)
    expect(onDisk).toBeLessThan(10_000_000)
  })

  it('has compiled code, style, README and license, and nothing of the machine that packed it', () => {
    const files = filesIn(installed).map((file) => file.slice(installed.length + 1))
    expect(files).toEqual(expect.arrayContaining(['main.js', 'marketplace.css', 'README.md', 'LICENSE']))
    expect(files.filter((file) => /(?<!\.d)\.ts$|tsconfig|\.map$|pack\./.test(file))).toEqual([])
    const content = filesIn(installed).map((file) => readFileSync(file, 'utf8'))
    for (const own of [project, hostname(), `${homedir()}/`]) expect(content.join('\n')).not.toContain(own)
  })

  it('serves its page and redeems a token', async () => {
    expect(await (await fetch(url)).text()).toContain('data-scenario="new-buyer"')
    expect((await fetch(`${url}/marketplace.css`)).status).toBe(200)
    const body = '{"scenario":"new-buyer"}'
    const issued = (await (await fetch(`${url}/tokens`, { method: 'POST', body })).json()) as {
      token: string
      customer: { awsAccountId: string }
    }
    const headers = {
      ...signedHeaders('aws-marketplace'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSMPMeteringService.ResolveCustomer',
    }
    const RegistrationToken = issued.token
    const redeemed = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ RegistrationToken }) })
    expect(await redeemed.json()).toMatchObject({ CustomerAWSAccountId: issued.customer.awsAccountId })
  })

  it('checks a landing page', async () => {
    const port = await freePort()
    const landing = await smallLanding(`http://127.0.0.1:${String(port)}`)
    const child = spawn(bin, ['check', '--landing-url', landing.url, '--port', String(port)], { cwd: folder, env })
    const [printed, ended] = await Promise.all([text(child.stdout), once(child, 'exit')])
    landing.close()
    expect([ended, printed]).toEqual([[0, null], expect.stringContaining('Nothing to fix.')])
  })

  it('can be imported by a program', () => {
    const program = `import { startSimulator } from 'marketplace-simulator'
const simulator = await startSimulator(); process.stdout.write(simulator.productCode); await simulator.close()`
    const options = { cwd: folder, env, encoding: 'utf8' } as const
    const printed = execFileSync('node', ['--input-type=module', '--eval', program], options)
    expect(printed).toBe('simulatedproductcode00001')
  })
})
