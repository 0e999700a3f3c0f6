import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../test/support/free-port.ts'
import { smallLanding } from './small-landing.ts'

const project = join(import.meta.dirname, '../..')
const source = join(project, 'src/simulator')
type Manifest = { version: string; dependencies: Record<string, string> }
const readManifest = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest
const manifest = readManifest(join(source, 'package.json'))
const tarball = join(project, `dist/marketplace-simulator-${manifest.version}.tgz`)

/** The machine's own programs, without those of the project, and npm without what it inherits from the run of this test. */
const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
const inherited = Object.entries(process.env).filter(
  ([name]) => !/^npm_(?:package|lifecycle|config_local)|^INIT_CWD/.test(name),
)
const machinesNode = path.map((folder) => join(folder, 'node')).find((file) => existsSync(file)) ?? process.execPath
const versionOf = (node: string) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()

/** The project's Node and, if it is another one that is new enough, the machine's. */
const nodes = [...new Map([process.execPath, machinesNode].map((node) => [versionOf(node), node]))].filter(
  ([version]) => Number.parseInt(version.slice(1)) >= 20,
)

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

/** What a package outside of Node and the simulator is imported as, in all of its files. */
function importedPackages(): readonly string[] {
  const code = filesIn(source)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('pack.ts'))
    .map((file) => readFileSync(file, 'utf8'))
  const names = code.flatMap((text) =>
    [...text.matchAll(/^(?:import |(?:import|export|\})[^'\n]* from )'([^'.][^']*)'/gm)].map(([, name = '']) => name),
  )
  return [...new Set(names.filter((name) => !name.startsWith('node:')))].sort()
}

beforeAll(() => {
  execFileSync('npm', ['run', 'pack:simulator'], { cwd: project, stdio: 'pipe' })
}, 120_000)

describe('the simulator’s package', () => {
  it('needs what its code imports and nothing else, in the versions that were tested', () => {
    const { dependencies } = readManifest(join(project, 'package.json'))
    expect(importedPackages()).toEqual(Object.keys(manifest.dependencies).sort())
    for (const [name, version] of Object.entries(manifest.dependencies)) expect(dependencies[name]).toBe(version)
  })

  it('holds compiled code, style, README and license, and nothing of the machine that packed it', () => {
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
    expect(files).toEqual(
      expect.arrayContaining(['main.js', 'marketplace.css', 'README.md', 'LICENSE'].map((file) => `package/${file}`)),
    )
    expect(files.filter((file) => /(?<!\.d)\.ts$|tsconfig|\.map$|pack\./.test(file))).toEqual([])
    const content = execFileSync('tar', ['-xzOf', tarball], { encoding: 'utf8' })
    for (const own of [project, hostname(), `${homedir()}/`]) expect(content).not.toContain(own)
  })
})

describe.each(nodes)('installed into an empty folder with Node %s', (version, node) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-package-'))
  const env = { ...Object.fromEntries(inherited), PATH: [dirname(node), ...path].join(delimiter) }
  const started: ChildProcess[] = []
  let url = ''
  let startMs = 0

  beforeAll(async () => {
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball]
    execFileSync('npm', install, { cwd: folder, env, stdio: 'pipe' })
    const begun = performance.now()
    const child = spawn(join(folder, 'node_modules/.bin/marketplace-simulator'), ['--port', '0'], { cwd: folder, env })
    started.push(child)
    let words = ''
    child.stdout.on('data', (text: Buffer) => (words += text.toString()))
    while (!words.includes('Ctrl+C')) await once(child.stdout, 'data')
    startMs = performance.now() - begun
    url = /AWS_ENDPOINT_URL_MARKETPLACE_METERING=(\S+)/.exec(words)?.[1] ?? ''
  }, 120_000)

  afterAll(async () => {
    for (const child of started) {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    rmSync(folder, { recursive: true })
  })

  const curl = (...args: readonly string[]): unknown =>
    JSON.parse(execFileSync('curl', ['--silent', '--show-error', ...args], { encoding: 'utf8' }))

  it('runs on that Node and takes less than 10 MB, dependencies included', () => {
    expect(execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim()).toBe(version)
    const files = filesIn(folder)
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
    const onDisk = files.reduce((sum, file) => sum + statSync(file).blocks * 512, 0)
    console.log(
      `${version}: ${String(files.length)} files, ${String(bytes)} bytes, ${String(onDisk)} on disk, ${String(Math.round(startMs))} ms`,
    )
    expect(onDisk).toBeLessThan(10_000_000)
  })

  it('redeems a token with nothing but curl', () => {
    const { token, customer } = curl(`${url}/tokens`, '--json', '{"scenario":"new-buyer"}') as {
      token: string
      customer: { awsAccountId: string; licenseArn: string }
    }
    const redeemed = curl(
      ...[url, '--user', 'simulated:simulated', '--aws-sigv4', 'aws:amz:us-east-1:aws-marketplace'],
      ...['--header', 'Content-Type: application/x-amz-json-1.1'],
      ...['--header', 'X-Amz-Target: AWSMPMeteringService.ResolveCustomer'],
      ...['--data', JSON.stringify({ RegistrationToken: token })],
    )
    expect(redeemed).toMatchObject({ CustomerAWSAccountId: customer.awsAccountId, LicenseArn: customer.licenseArn })
  })

  it('serves its page with its style', async () => {
    expect(await (await fetch(url)).text()).toContain('data-scenario="new-buyer"')
    expect((await fetch(`${url}/marketplace.css`)).status).toBe(200)
  })

  it('checks a landing page', async () => {
    const port = await freePort()
    const landing = await smallLanding(`http://127.0.0.1:${String(port)}`)
    const bin = join(folder, 'node_modules/.bin/marketplace-simulator')
    const child = spawn(bin, ['check', '--landing-url', landing.url, '--port', String(port)], { cwd: folder, env })
    const [said, ended] = await Promise.all([text(child.stdout), once(child, 'exit')])
    landing.close()
    expect([ended, said]).toEqual([[0, null], expect.stringContaining('Nothing to mend.')])
  })

  it('can be used by a program too', () => {
    const program = `import { startSimulator } from 'marketplace-simulator'
const simulator = await startSimulator(); process.stdout.write(simulator.productCode); await simulator.close()`
    const said = execFileSync('node', ['--input-type=module', '--eval', program], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    expect(said).toBe('simulatedproductcode00001')
  })
})
