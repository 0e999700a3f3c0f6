import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { createGuard } from '../../src/store/guard.ts'
import { migrate } from '../../src/store/migrations.ts'
import { createRegistrations } from '../../src/store/registrations.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aLanding, emptyDatabase, registrationRows } from '../support/stores.ts'

it('says that the disk is full, loses nothing that was confirmed, and goes on when there is space', async () => {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  const engine = openSqlite({ path: database.path, deadlineMs: 2_000 })
  await migrate(engine, () => new Date())
  const settings = { newId: randomUUID, newReference: randomUUID, openVisit: () => Promise.resolve() }
  const registrations = createRegistrations(engine, createGuard(2_000), settings)
  const limitPages = (pages: number) =>
    engine.run({ sql: `pragma max_page_count = ${String(pages)}`, parameters: [], reads: false, name: null })
  const land = () => registrations.recordLanding(aLanding({ customer: { licenseArn: randomUUID().repeat(20) } }))

  await limitPages(40)
  const attempts = await Promise.allSettled(Array.from({ length: 200 }, land))
  const confirmed = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value.id] : []))
  const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason as unknown] : []))
  expect(refused.length).toBeGreaterThan(100)
  for (const error of refused) {
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'store-unavailable',
      details: { hint: expect.stringMatching(/^The disk is full: free space/) as string },
    })
  }
  expect((await registrationRows(database)).map((row) => row['id']).sort()).toEqual(confirmed.sort())
  if (confirmed[0] !== undefined) expect(await registrations.find(confirmed[0])).not.toBeNull()

  await limitPages(100_000)
  const { id } = await land()
  expect(await registrations.find(id)).toMatchObject({ status: 'landed' })
  await engine.close()
})
