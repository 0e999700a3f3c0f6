import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { installed } from '../test/support/debian.ts'
import { freePort } from '../test/support/free-port.ts'
import { answering } from '../test/support/program.ts'
import { runOn, type Stage } from '../bench/support/stage.ts'
import type { Instance } from '../bench/support/instance.ts'

const composed = join(import.meta.dirname, '../deploy/compose/haproxy.cfg')

type Balancer = {
  readonly url: string
  /** Resolves when HAProxy reports every instance as healthy. */
  readonly allHealthy: () => Promise<void>
}

/** Starts HAProxy in place of an ALB. Its checks are more frequent, so the drill also shortens the drain. */
export async function startBalancer(stage: Stage, instances: readonly Instance[]): Promise<Balancer> {
  const port = String(await freePort())
  const servers = instances.map((instance, i) => `  server instance${String(i)} 127.0.0.1:${String(instance.port)}\n`)
  const file = join(stage.folder, 'haproxy.cfg')
  // The configuration of the Compose example, adapted to these instances and to https.
  const configuration = readFileSync(composed, 'utf8')
    .replace(/^resolvers.*\n(?: .*\n)+/m, '')
    .replace('bind :3000', `bind 127.0.0.1:${port}\n  stats uri /haproxy`)
    .replace('X-Forwarded-Proto http', 'X-Forwarded-Proto https')
    .replace(
      /default-server .*\n(?: +server.*\n)+/,
      `default-server check inter 500ms fall 2 rise 2\n${servers.join('')}`,
    )
  writeFileSync(file, configuration)
  const url = `http://127.0.0.1:${port}`
  const stats = `${url}/haproxy;csv`
  await answering(runOn(stage, { command: installed('haproxy'), args: ['-db', '-f', file] }), stats)
  return {
    url,
    allHealthy: async () => {
      for (let i = 0; i < 200; i += 1) {
        const csv = await (await fetch(stats)).text()
        if (csv.match(/^instances,instance\d+,.*,UP,/gm)?.length === instances.length) return
        await pause(100)
      }
      throw new Error('HAProxy does not report all instances as healthy')
    },
  }
}
