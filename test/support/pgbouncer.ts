import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { installed } from './debian.ts'
import { freePort } from './free-port.ts'
import { ask } from './postgres.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A real PgBouncer in transaction mode in front of a database, with three connections to it. Stopped when the test ends. */
export async function startPgBouncer(url: string): Promise<string> {
  const { hostname, port, pathname, username, password } = new URL(url)
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  const listen = await freePort()
  const database = pathname.slice(1)
  writeFileSync(join(folder, 'users.txt'), `"${username}" "${password}"\n`)
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `${database} = host=${hostname} port=${port} dbname=${database}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${String(listen)}`,
      'unix_socket_dir =',
      'auth_type = plain',
      `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = transaction',
      'default_pool_size = 3',
    ].join('\n'),
  )
  // PgBouncer does not run as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn(installed('pgbouncer'), [join(folder, 'pgbouncer.ini')], { ...nobody, stdio: 'ignore' })
  onTestFinished(async () => {
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
  })
  const pooled = Object.assign(new URL(url), { port: String(listen) }).href
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await ask(pooled, 'select 1').catch(() => null)) !== null) return pooled
    await pause(50)
  }
  throw new Error('PgBouncer did not start')
}
