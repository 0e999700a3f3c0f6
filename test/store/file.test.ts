import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { aLanding, emptyDatabase, openTestStore } from '../support/stores.ts'

it('the SQLite database, its journal and their folder are accessible to this user only', async () => {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  const before = process.umask(0o022)
  const store = await openTestStore(database).finally(() => process.umask(before))
  await store.registrations.recordLanding(aLanding())
  const folder = dirname(database.path)
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
  const modes = readdirSync(folder).map((file) => [file, mode(join(folder, file))])
  await store.close()
  expect(mode(folder)).toBe('700')
  expect(modes.length).toBeGreaterThan(1)
  expect(modes).toEqual(modes.map(([file]) => [file, '600']))
})
