import { copyFileSync, renameSync, rmSync, statSync, chmodSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { expect, inject, it, onTestFinished } from 'vitest'
import { testApp } from '../support/app.ts'
import { open } from '../support/browse.ts'
import { limitedDisk } from '../support/limited-disk.ts'
import { ask, createDatabase } from '../support/postgres.ts'
import { aLanding, emptyDatabase, openTestStore, registrationRows, sessionsOf } from '../support/stores.ts'

const fileOf = async () => {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  return { database, path: database.path }
}
const replaced = {
  code: 'store-unavailable',
  details: { hint: expect.stringContaining('deleted or replaced') as string },
}

it('the app is ready again once a full disk has space, without a landing', async () => {
  const { store, limitPages } = await limitedDisk()
  onTestFinished(() => store.close())
  const land = () => store.registrations.recordLanding(aLanding({ customer: { licenseArn: randomUUID().repeat(20) } }))
  await limitPages(40)
  for (let refused = 0; refused < 3;)
    refused = await land().then(
      () => 0,
      () => refused + 1,
    )
  // Without due rows, the jobs succeed on a full disk, too.
  await store.outbox.claim('webhook', 1)
  await store.prune()
  await expect(store.check()).rejects.toMatchObject({ code: 'store-unavailable' })
  await limitPages(100_000)
  await expect(store.check()).resolves.toBeUndefined()
})

it('the app is not ready while the database rejects writes', async () => {
  const url = await createDatabase(inject('postgresUrl'))
  const store = await openTestStore({ engine: 'postgres', url }, { poolSize: 1 })
  onTestFinished(() => store.close())
  const name = new URL(url).pathname.slice(1)
  await ask(url, `alter database ${name} set default_transaction_read_only = on`)
  await ask(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
  )
  await expect
    .poll(() =>
      store.check().then(
        () => 'ok',
        () => 'failing',
      ),
    )
    .toBe('ok')
  const failing = Array.from({ length: 3 }, () => sessionsOf(store).set(randomUUID(), { cookie: {} } as never))
  await Promise.allSettled(failing)
  await expect(store.check()).rejects.toMatchObject({ code: 'store-unavailable' })
  await ask(
    `${url}?options=-c%20default_transaction_read_only%3Doff`,
    `alter database ${name} reset default_transaction_read_only`,
  )
  await expect(store.check()).resolves.toBeUndefined()
})

it('the app is not ready while its database file is deleted or replaced', async () => {
  const { database, path } = await fileOf()
  const store = await openTestStore(database)
  onTestFinished(() => store.close())
  await store.check()
  renameSync(path, `${path}.away`)
  await expect(store.check()).rejects.toMatchObject(replaced)
  copyFileSync(`${path}.away`, path)
  await expect(store.check()).rejects.toMatchObject(replaced)
  renameSync(`${path}.away`, path)
  await expect(store.check()).resolves.toBeUndefined()
})

it('the app starts on a restored backup, as documented', async () => {
  const { database, path } = await fileOf()
  const store = await openTestStore(database)
  const kept = await store.registrations.recordLanding(aLanding())
  await store.close()
  copyFileSync(path, `${path}.backup`)
  const later = await openTestStore(database)
  await later.registrations.recordLanding(aLanding({ customer: { licenseArn: 'l-later' } }))
  await later.close()

  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
  copyFileSync(`${path}.backup`, path)
  const restored = await openTestStore(database)
  onTestFinished(() => restored.close())
  await restored.check()
  expect((await registrationRows(database)).map((row) => row['id'])).toEqual([kept.id])
})

it('the app restricts an existing database file and its journal to this user', async () => {
  const { database, path } = await fileOf()
  await (await openTestStore(database)).close()
  writeFileSync(`${path}-wal`, '')
  for (const file of [path, `${path}-wal`]) chmodSync(file, 0o664)
  const store = await openTestStore(database)
  onTestFinished(() => store.close())
  await store.registrations.recordLanding(aLanding())
  const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => (statSync(file).mode & 0o777).toString(8))
  expect(modes).toEqual(['600', '600', '600'])
})

it('/readyz reports the failure, and the log has it once with the fix', async () => {
  const { app, log, file } = await testApp()
  const ready = async () => (await open(app, '/readyz')).body as unknown
  expect(await ready()).toEqual({ status: 'ok', checks: { store: 'ok' } })
  renameSync(file, `${file}.away`)
  for (let asked = 0; asked < 3; asked++)
    expect(await ready()).toEqual({ status: 'unavailable', checks: { store: 'failing' } })
  renameSync(`${file}.away`, file)
  expect(await ready()).toEqual({ status: 'ok', checks: { store: 'ok' } })
  const lines = log.lines().filter(({ msg }) => ['not ready', 'ready again'].includes(String(msg)))
  expect(lines).toMatchObject([
    { msg: 'not ready', level: 40, hint: expect.stringContaining('deleted or replaced') as string },
    { msg: 'ready again', level: 30 },
  ])
})
