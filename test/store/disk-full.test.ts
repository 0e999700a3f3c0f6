import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { limitedDisk } from '../support/limited-disk.ts'
import { aLanding, registrationRows } from '../support/stores.ts'

it('a full disk is reported, confirmed rows are kept, and writing continues once there is space', async () => {
  const { database, store, limitPages } = await limitedDisk()
  const { registrations } = store
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
      details: { hint: expect.stringMatching(/^Free space on the volume of DATABASE_URL/) as string },
    })
  }
  expect((await registrationRows(database)).map((row) => row['id']).sort()).toEqual(confirmed.sort())
  if (confirmed[0] !== undefined) expect(await registrations.find(confirmed[0])).not.toBeNull()

  await limitPages(100_000)
  const { id } = await land()
  expect(await registrations.find(id)).toMatchObject({ status: 'landed' })
  await store.close()
})
