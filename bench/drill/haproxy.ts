import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../test/support/free-port.ts'
import { answering } from '../../test/support/program.ts'
import { runOn, type Stage } from '../support/stage.ts'
import type { Task } from '../support/task.ts'

export type Balancer = {
  readonly url: string
  /** Resolves when every task is taken for healthy. */
  readonly allHealthy: () => Promise<void>
}

/** HAProxy set up as an ALB is: an ALB checks more seldom, so the drain is scaled down with the interval. */
export async function startBalancer(stage: Stage, tasks: readonly Task[]): Promise<Balancer> {
  const port = String(await freePort())
  const servers = tasks.map((task, i) => `  server task${String(i)} 127.0.0.1:${String(task.port)}`)
  const file = join(stage.folder, 'haproxy.cfg')
  writeFileSync(file, `${configuration(port)}${servers.join('\n')}\n`)
  const url = `http://127.0.0.1:${port}`
  const stats = `${url}/haproxy;csv`
  // Debian keeps it where only root looks.
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/sbin`
  await answering(runOn(stage, { command: 'haproxy', args: ['-db', '-f', file] }), stats)
  return {
    url,
    allHealthy: async () => {
      for (let i = 0; i < 200; i += 1) {
        const csv = await (await fetch(stats)).text()
        if (csv.match(/^tasks,task\d+,.*,UP,/gm)?.length === tasks.length) return
        await pause(100)
      }
      throw new Error('HAProxy does not find all tasks healthy')
    },
  }
}

/** No stickiness and no second try, as an ALB has none; connections to tasks are shared and kept for its idle timeout. */
function configuration(port: string): string {
  return `
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  timeout http-keep-alive 60s
  timeout check 5s
  retries 0
  http-reuse always
frontend alb
  bind 127.0.0.1:${port}
  option forwardfor
  http-request set-header X-Forwarded-Proto https
  stats uri /haproxy
  default_backend tasks
backend tasks
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host 127.0.0.1
  default-server check inter 500ms fall 2 rise 2
`
}
