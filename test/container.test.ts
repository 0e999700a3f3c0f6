import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startSimulator, type Simulator } from '../simulator/src/simulator.ts'
import { cookies, land, open, register } from './support/browse.ts'
import { environment } from './support/environment.ts'
import { page } from './support/page.ts'
import { freePort } from './support/free-port.ts'

const project = join(import.meta.dirname, '..')
const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8')
const ignored = readFileSync(join(project, '.dockerignore'), 'utf8')

/** The Dockerfile's stages, each as its instructions. Docker builds the last one by default. */
const stages = dockerfile
  .split(/^(?=FROM )/m)
  .slice(1)
  .map((stage) => stage.split('\n').filter((line) => line !== '' && !line.startsWith('#')))
const stageNamed = (name: string) => stages.find(([from]) => from?.endsWith(` AS ${name}`)) ?? []
const dependencies = stageNamed('dependencies')
const source = stageNamed('source')
const simulatorImage = stageNamed('simulator')
const image = stages.at(-1) ?? []

/** Like Docker: the last pattern that matches the path or a parent folder decides. */
function isIgnored(path: string): boolean {
  const parts = path.split('/')
  const around = new Set(parts.map((_, at) => parts.slice(0, at + 1).join('/')))
  const patterns = ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return patterns.reduce((out, pattern) => {
    const name = pattern.replace(/^!/, '')
    if (/[*?[\]\\]/.test(name) && name !== '*') throw new Error(`this test does not read the pattern ${pattern}`)
    return name === '*' || around.has(name) ? !pattern.startsWith('!') : out
  }, false)
}

/** The files that a stage copies from the project. */
function copied(stage: readonly string[]): readonly { readonly from: string; readonly to: string }[] {
  return stage.flatMap((line) => {
    const [instruction, ...words] = line.split(/\s+/)
    if (instruction !== 'COPY' || words[0]?.startsWith('--from=')) return []
    const to = words.at(-1) ?? ''
    return words.slice(0, -1).map((from) => ({ from, to: to === './' ? from : to }))
  })
}

function copyStage(stage: readonly string[], folder: string): void {
  for (const { from, to } of copied(stage)) {
    const filter = (path: string) => !isIgnored(relative(project, path))
    cpSync(join(project, from), join(folder, to), { recursive: true, filter })
  }
}

/** The files that the stage `source` removes. */
const removed = source.flatMap((line) => /^RUN rm -r (.+)$/.exec(line)?.[1]?.split(' ') ?? [])

/** The app's own stage, with the files from the stage `source`. */
function copyImage(folder: string): void {
  copyStage(source, folder)
  for (const path of removed) rmSync(join(folder, path), { recursive: true })
  copyStage(image, folder)
}

function everything(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) =>
    relative(folder, join(parentPath, name)),
  )
}

/** The packages that `npm ci --omit=dev` installs: those that the lock file does not mark as development packages. */
function copyProductionDependencies(folder: string): void {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<
      Record<string, { readonly dev?: true; readonly devOptional?: true; readonly link?: true }>
    >
  }
  for (const [path, { dev, devOptional, link }] of Object.entries(lock.packages)) {
    // A copied package includes its nested packages.
    if (!/^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) || dev || devOptional || link) continue
    cpSync(join(project, path), join(folder, path), { recursive: true })
  }
}

/** Readable by everybody, writable by nobody. */
function makeReadOnly(folder: string): void {
  for (const path of ['', ...everything(folder)]) {
    const full = join(folder, path)
    const stat = lstatSync(full)
    if (!stat.isSymbolicLink()) chmodSync(full, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o555 : 0o444)
  }
}

describe('the image', () => {
  it('is built on one exact release of the official Node that the project names, pinned by digest', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
      devDependencies: { node: string }
    }
    const [major] = devDependencies.node.split('.')
    const pinned = new RegExp(`node:(${String(major)}\\.\\d+\\.\\d+-bookworm-slim@sha256:[0-9a-f]{64})`)
    const bases = stages.map(([from = '']) => pinned.exec(from)?.[1]).filter((base) => base !== undefined)
    expect(new Set(bases).size).toBe(1)
    expect(stages.map(([from]) => from?.replace(pinned, 'NODE'))).toEqual([
      'FROM --platform=$BUILDPLATFORM NODE AS build',
      'FROM NODE AS runtime',
      'FROM build AS dependencies',
      'FROM runtime AS simulator',
      'FROM build AS source',
      'FROM runtime',
    ])
  })

  it('is built for any platform without emulation, because no stage for that platform runs a program', () => {
    for (const stage of [stageNamed('runtime'), simulatorImage, image])
      expect(stage.filter((line) => line.startsWith('RUN'))).toEqual([])
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Readonly<
        Record<string, { dev?: true; devOptional?: true; optional?: true; cpu?: unknown; os?: unknown }>
      >
    }
    const production = Object.entries(lock.packages).filter(([, { dev, devOptional }]) => !dev && !devOptional)
    expect(production.length).toBeGreaterThan(50)
    expect(production.filter(([, { cpu, os }]) => cpu !== undefined || os !== undefined).map(([name]) => name)).toEqual(
      [],
    )
  })

  it('checks what it downloads', () => {
    const downloads = stages.flat().filter((line) => line.startsWith('ADD '))
    expect(downloads).toHaveLength(1)
    for (const line of downloads) expect(line).toMatch(/ --checksum=sha256:[0-9a-f]{64} https:/)
  })

  it('has production dependencies only, and runs no script of theirs', () => {
    expect(dependencies).toContain('RUN npm ci --omit=dev --ignore-scripts')
    expect(image).toContain('COPY --from=dependencies /app/node_modules node_modules')
  })

  it('runs Node itself, not as root, so that a signal reaches it', () => {
    expect(image).toContain('USER 1000:1000')
    expect(image.at(-1)).toBe('CMD ["node", "src/main.ts"]')
  })

  it.each(['.env', '.git', 'data/landing.db', 'test/container.test.ts', 'node_modules', 'dist'])(
    'leaves out %s',
    (path) => {
      expect(isIgnored(path)).toBe(true)
    },
  )

  it('leaves AWS Marketplace’s simulation to the other image', () => {
    expect(removed).toEqual(['src/demo.ts', 'src/demo'])
    expect(image).toContain('COPY --from=source /app/src src')
    expect(copied(image).filter(({ from }) => from.startsWith('src'))).toEqual([])
  })

  it('holds every folder that the app reads', () => {
    const content = [...copied(source), ...copied(image)]
    for (const path of [
      'src/main.ts',
      'src/cli/doctor/main.ts',
      'src/cli/registrations/main.ts',
      'views/start.ejs',
      'public/style.css',
    ]) {
      expect(content.some(({ from }) => path === from || path.startsWith(`${from}/`))).toBe(true)
      expect(isIgnored(path)).toBe(false)
    }
  })
})

describe('the content of the image', () => {
  const app = mkdtempSync(join(tmpdir(), 'image-'))
  const data = join(app, 'data')
  // A copy of the project's Node in a place that the other user can read.
  const bin = mkdtempSync(join(tmpdir(), 'image-node-'))
  const node = join(bin, 'node')
  const root = process.getuid?.() === 0
  // An unprivileged user. Without the permission to switch, this process already is one.
  const user = root ? { uid: 65_534, gid: 65_534 } : {}
  let simulator: Simulator
  let before: readonly string[]

  beforeAll(async () => {
    copyFileSync(process.execPath, node)
    chmodSync(bin, 0o755)
    chmodSync(node, 0o755)
    copyProductionDependencies(app)
    copyImage(app)
    before = everything(app)
    makeReadOnly(app)
    chmodSync(app, 0o755)
    mkdirSync(data)
    if (root) chownSync(data, 65_534, 65_534)
    chmodSync(app, 0o555)
    simulator = await startSimulator()
  })

  afterAll(async () => {
    await simulator.close()
    for (const path of ['', ...everything(app)]) {
      const full = join(app, path)
      if (lstatSync(full).isDirectory()) chmodSync(full, 0o755)
    }
    rmSync(app, { recursive: true })
    rmSync(bin, { recursive: true })
  })

  /** A program of the image, as its user. */
  function start(file: string, port = 0, more: Readonly<Record<string, string>> = {}): ChildProcess {
    const env = environment({
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${String(port)}`,
      PRODUCT_CODES: simulator.productCode,
      HOST: '127.0.0.1',
      DRAIN_SECONDS: '0',
      NODE_ENV: 'production',
      AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
      AWS_ENDPOINT_URL_STS: simulator.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: '/nonexistent',
      ...more,
    })
    return spawn(node, [file], { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'], ...user })
  }

  it('holds no development dependency', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    for (const name of Object.keys(devDependencies))
      expect([name, existsSync(join(app, 'node_modules', name))]).toEqual([name, false])
  })

  it('serves a buyer as an unprivileged user on a read-only tree, and ends on SIGTERM', async () => {
    const port = await freePort()
    const child = start('src/main.ts', port)
    const written: string[] = []
    child.stdout?.on('data', (text: Buffer) => written.push(text.toString()))
    child.stderr?.on('data', (text: Buffer) => written.push(text.toString()))
    const ended = once(child, 'close')
    const url = `http://127.0.0.1:${String(port)}`
    const ready = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    await expect.poll(ready, { timeout: 60_000, message: written.join('') }).toBe(true)

    const landed = await land(url, simulator.issueToken('new-buyer').token)
    expect(landed.headers['location']).toBe('/registration')
    const cookie = cookies(landed)
    expect(page((await open(url, '/registration', cookie)).text).name).toBe('registration')
    expect((await register(url, cookie)).headers['location']).toBe('/registration/complete')
    expect(page((await open(url, '/registration/complete', cookie)).text).name).toBe('complete')
    expect((await fetch(`${url}/assets/page.js`)).status).toBe(200)
    expect(() => {
      process.kill(child.pid ?? 0, 'SIGTERM')
    }).not.toThrow()
    expect(await ended).toEqual([0, null])
    expect(written.join('')).toContain('service.stopped')
    expect(
      everything(app)
        .filter((path) => path !== 'data' && !path.startsWith('data/'))
        .sort(),
    ).toEqual([...before].sort())
  })

  it('has the doctor and the list of registrations on board', async () => {
    for (const file of ['src/cli/doctor/main.ts', 'src/cli/registrations/main.ts']) {
      const child = start(file, 3000)
      const written: string[] = []
      child.stdout?.on('data', (text: Buffer) => written.push(text.toString()))
      child.stderr?.on('data', (text: Buffer) => written.push(text.toString()))
      expect([await once(child, 'close'), written.join('')]).toEqual([
        [0, null],
        expect.stringMatching(/All is well|registered/),
      ])
    }
  })

  it('cannot be written to by its user', async () => {
    const file = join(data, 'try.mjs')
    const code = `import { writeFileSync } from 'node:fs'; try { writeFileSync(${JSON.stringify(join(app, 'src/main.ts'))}, '') } catch (error) { process.stdout.write(error.code) }`
    writeFileSync(file, code)
    chmodSync(file, 0o644)
    const child = start(file)
    const written: string[] = []
    child.stdout?.on('data', (text: Buffer) => written.push(text.toString()))
    await once(child, 'close')
    expect(written.join('')).toMatch(/EACCES|EPERM/)
  })
})

describe('the simulator’s image', () => {
  const dependenciesOfSimulator = Object.keys(
    (
      JSON.parse(readFileSync(join(project, 'simulator/package.json'), 'utf8')) as {
        dependencies: Record<string, string>
      }
    ).dependencies,
  )

  it('runs Node itself, not as root, and takes options after its name', () => {
    expect(simulatorImage).toContain('USER 1000:1000')
    expect(simulatorImage.at(-1)).toBe('ENTRYPOINT ["node", "simulator/src/main.ts"]')
  })

  it('answers on a read-only tree that holds its own dependencies and nothing of the app, and ends on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-image-'))
    copyStage(simulatorImage, folder)
    for (const name of dependenciesOfSimulator) {
      const path = `node_modules/${name}`
      expect(simulatorImage).toContain(`COPY --from=dependencies /app/${path} ${path}`)
      cpSync(join(project, path), join(folder, path), { recursive: true })
    }
    makeReadOnly(folder)
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const bin = mkdtempSync(join(tmpdir(), 'image-node-'))
    copyFileSync(process.execPath, join(bin, 'node'))
    chmodSync(bin, 0o755)
    chmodSync(join(bin, 'node'), 0o755)
    const port = String(await freePort())
    const env = { HOST: '0.0.0.0', NODE_ENV: 'production' }
    const child = spawn(join(bin, 'node'), ['simulator/src/main.ts', '--port', port], {
      cwd: folder,
      env,
      stdio: 'ignore',
      ...user,
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'close')
    const health = () =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(health, { timeout: 60_000 }).toBe(200)
    child.kill()
    expect(await ended).toEqual([0, null])
    for (const path of ['', ...everything(folder)]) chmodSync(join(folder, path), 0o755)
    rmSync(folder, { recursive: true })
    rmSync(bin, { recursive: true })
  })
})
