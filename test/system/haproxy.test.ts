import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import { contact, cookies, land, open, register } from '../support/browse.ts'
import { composedEnvironment } from '../support/compose.ts'
import { installed } from '../support/debian.ts'
import { freePort } from '../support/free-port.ts'
import { page } from '../support/page.ts'
import { createDatabase } from '../support/postgres.ts'
import { run } from '../support/service.ts'
import { deployFolder } from '../support/template.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const configurationFile = join(deployFolder, 'compose/haproxy.cfg')

it('HAProxy accepts the configuration of the compose example', () => {
  const { status, stderr } = spawnSync(installed('haproxy'), ['-c', '-f', configurationFile])
  expect([status, stderr.toString()]).toEqual([0, expect.not.stringContaining('[ALERT]')])
})

/**
 * The Compose network on this machine: each service name becomes a port. URLs for the browser stay unchanged, so that a container
 * cannot reach them, as in its own network.
 */
async function onThisMachine() {
  const [simulator, balancer] = [await freePort(), await freePort()]
  const instances = [await freePort(), await freePort()] as const
  const database = new URL(await createDatabase(inject('postgresUrl')))
  const inNetwork = (text: string) =>
    text
      .replace('//simulator:4000', `//127.0.0.1:${String(simulator)}`)
      .replace('//balancer:3000', `//127.0.0.1:${String(balancer)}`)
  const own = (name: string) =>
    Object.fromEntries(Object.entries(composedEnvironment(name)).map(([key, value]) => [key, inNetwork(value)]))
  const instance = async (port: number) => {
    const env = own('app')
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
  const servers = instances.map((port, at) => `  server app-${String(at)} 127.0.0.1:${String(port)}`).join('\n')
  const file = readFileSync(configurationFile, 'utf8')
    .replace('bind :3000', `bind 127.0.0.1:${String(balancer)}`)
    .replace(/^ {2}server-template .*$/m, servers)
  return {
    url: `http://127.0.0.1:${String(balancer)}`,
    simulatorUrl: `http://127.0.0.1:${String(simulator)}`,
    simulator: { ...own('simulator'), PORT: String(simulator), HOST: '127.0.0.1' },
    instances: [await instance(instances[0]), await instance(instances[1])],
    file,
  }
}

function startBalancer(file: string): void {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'haproxy.cfg'), file)
  const child = spawn(installed('haproxy'), ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
}

async function ready(url: string): Promise<void> {
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers, { interval: 100 }).toBe(true)
}

it('a buyer registers at the compose example, behind its HAProxy', async () => {
  const { url, simulatorUrl, simulator, instances, file } = await onThisMachine()
  run('simulator/src/main.ts', simulator)
  const started = instances.map((env) => run('src/main.ts', env))
  for (const { PORT } of instances) await ready(`http://127.0.0.1:${PORT}/readyz`)
  startBalancer(file)
  for (const address of [simulatorUrl, `${url}/readyz`]) await ready(address)

  const { token } = (await (
    await fetch(`${simulatorUrl}/tokens`, { method: 'POST', body: JSON.stringify({ scenario: 'new-buyer' }) })
  ).json()) as { token: string }
  const landed = await land(url, token)
  expect(landed.headers['location']).toBe('/registration')
  const cookie = cookies(landed)
  expect((await register(url, cookie)).headers['location']).toBe('/registration/complete')
  const last = async () => page((await open(url, '/registration/complete', cookie)).text)
  expect((await last()).name).toBe('complete')
  // By itself, some seconds after the purchase.
  const said = async () => (await last()).text
  await expect.poll(said, { interval: 500 }).toContain('AWS has confirmed your subscription.')

  // The browser follows the link to the application, which redeems the code.
  const out = await open(url, '/registration/handoff', cookie)
  const welcome = new URL(out.headers['location'] ?? '')
  expect(welcome.origin).toBe('http://127.0.0.1:4000')
  const arrived = await fetch(`${simulatorUrl}${welcome.pathname}${welcome.search}`, { redirect: 'manual' })
  expect([arrived.status, await arrived.text()]).toEqual([303, ''])
  const account = await fetch(new URL(arrived.headers.get('location') ?? '', simulatorUrl))
  expect(await account.text()).toContain(contact.email)

  const requests = started
    .flatMap(({ output }) => output().split('\n'))
    .filter((line) => line.includes('"msg":"request"'))
  const forms = requests
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ method, path }) => method === 'POST' && path !== '/handoff')
  expect(forms).toHaveLength(2)
  for (const line of forms) expect(line['traceId']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
})
