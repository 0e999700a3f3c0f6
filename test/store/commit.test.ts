import { expect, it } from 'vitest'
import { aLanding, emptyDatabase, execute, openTestStore, registrationRows } from '../support/stores.ts'

it('fails if PostgreSQL rejects the commit', async () => {
  const database = await emptyDatabase('postgres')
  const store = await openTestStore(database)
  await execute(
    database,
    `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'the disk is full' using errcode = '53100'; end $$;
     create constraint trigger refuse after insert on registrations deferrable initially deferred
       for each row execute function refuse()`,
  )
  await expect(store.registrations.recordLanding(aLanding())).rejects.toMatchObject({ code: 'store-unavailable' })
  expect(await registrationRows(database)).toEqual([])
  await execute(database, 'drop trigger refuse on registrations')
  await store.registrations.recordLanding(aLanding())
  expect(await registrationRows(database)).toHaveLength(1)
  await store.close()
})
