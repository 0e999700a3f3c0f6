import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../test/support/free-port.ts'
import { answering, run } from './program.ts'
import type { Stage } from './stage.ts'
import type { Task } from './task.ts'

export type Balancer = {
  readonly url: string
  /** Resolves when every task is taken for healthy. */
  readonly allHealthy: () => Promise<void>
}

/** HAProxy set up as an ALB is: an ALB checks more seldom, so the drain is scaled down with the interval. */
export async function startBalancer(stage: Stage, tasks: readonly Task[]): Promise<Balancer> {
  const [port, statsPort] = [await freePort(), await freePort()]
  const file = join(stage.folder, 'haproxy.cfg')
  writeFileSync(file, configuration({ port, statsPort, tasks }))
  const command = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path)) ?? 'haproxy'
  const program = run(stage, { command, args: ['-db', '-f', file], log: 'haproxy.log' })
  const stats = `http://127.0.0.1:${String(statsPort)}/;csv`
  await answering(program, stats)
  return {
    url: `http://127.0.0.1:${String(port)}`,
    allHealthy: async () => {
      for (let i = 0; i < 200; i += 1) {
        const csv = await (await fetch(stats)).text()
        const up = csv.split('\n').filter((line) => /^tasks,task\d+,/.test(line) && line.split(',')[17] === 'UP')
        if (up.length === tasks.length) return
        await pause(100)
      }
      throw new Error('HAProxy does not find all tasks healthy')
    },
  }
}

type Settings = { readonly port: number; readonly statsPort: number; readonly tasks: readonly Task[] }

/** No stickiness and no second try, as an ALB has none; connections to tasks are shared and kept for its idle timeout. */
function configuration({ port, statsPort, tasks }: Settings): string {
  return `
global
  maxconn 4000
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  timeout http-keep-alive 60s
  timeout check 5s
  retries 0
  no option redispatch
  http-reuse always
frontend alb
  bind 127.0.0.1:${String(port)}
  option forwardfor
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-Forwarded-Port 443
  default_backend tasks
backend tasks
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host 127.0.0.1
  http-check expect status 200
  default-server check inter 500ms fall 2 rise 2
${tasks.map((task, i) => `  server task${String(i)} 127.0.0.1:${String(task.port)}`).join('\n')}
frontend statistics
  bind 127.0.0.1:${String(statsPort)}
  stats enable
  stats uri /
`
}
