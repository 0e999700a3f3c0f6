import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { emptyDatabase, openTestStore, registrationRows, rowsOf } from '../support/stores.ts'

const writer = join(import.meta.dirname, '..', 'support', 'busy-writer.ts')

it('SQLite keeps every row that was confirmed before a kill -9', { timeout: 60_000 }, async () => {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  const confirmed: string[] = []
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [writer, database.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const printed = text(child.stdout)
    await once(child.stdout, 'readable')
    await delay(100 + Math.random() * 300)
    child.kill('SIGKILL')
    const lines = (await printed).split('\n')
    // The text after the last line break is incomplete.
    confirmed.push(...lines.slice(0, -1))
  }
  await (await openTestStore(database)).close()
  const stored = new Map((await registrationRows(database)).map((row) => [row['id'], row]))
  expect(confirmed.length).toBeGreaterThan(20)
  const lost = confirmed.filter((id) => stored.get(id)?.['email'] !== `${id}@example.com`)
  expect(lost).toEqual([])
  expect(await rowsOf(database, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
})
