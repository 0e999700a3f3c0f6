import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
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

it.each([
  ['file/landing.db', 'Name a file in a folder in DATABASE_URL: a folder of its path is a file.'],
  ['file/data/landing.db', 'Name a file in a folder in DATABASE_URL: a folder of its path is a file.'],
  ['.', 'Name a file in DATABASE_URL, such as sqlite:data/landing.db: it names a folder.'],
  ['file', 'Set DATABASE_URL to an SQLite database: the file is not one.'],
])('an SQLite file that cannot be opened (%s) has a hint without its path', async (path, hint) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), 'text')
  const opened = openTestStore({ engine: 'sqlite', path: join(folder, path) })
  await expect(opened).rejects.toMatchObject({ details: { hint } })
})

it('a file that is not a database keeps its mode', async () => {
  const path = join(temporaryFolder(), 'passwd')
  writeFileSync(path, 'text', { mode: 0o644 })
  await expect(openTestStore({ engine: 'sqlite', path })).rejects.toThrow()
  expect((statSync(path).mode & 0o777).toString(8)).toBe('644')
})

it('an existing database becomes accessible to this user only', async () => {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  await (await openTestStore(database)).close()
  chmodSync(database.path, 0o644)
  await (await openTestStore(database)).close()
  expect((statSync(database.path).mode & 0o777).toString(8)).toBe('600')
})
