import { describe, expect, it } from 'vitest'
import { abandonedJob } from '../../src/jobs/abandoned.ts'
import { aLanding, emptyDatabase, engines, minutesLater, noon, openTestStore, rowsOf } from '../support/stores.ts'

const day = 24 * 60
const contact = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }

describe.each(engines)('an abandoned landing on %s', (engine) => {
  async function landed() {
    const database = await emptyDatabase(engine)
    let now = noon
    const store = await openTestStore(database, { now: () => now, deadlineMs: 10_000 })
    const registration = await store.registrations.recordLanding(aLanding({ at: noon }))
    const job = abandonedJob({ ...store, now: () => now })
    return {
      ...{ store, registration, database },
      runAt: async (at: Date, times = 1) => {
        now = at
        await Promise.all(Array.from({ length: times }, () => job.run(new AbortController().signal)))
      },
      types: async () =>
        (await rowsOf(database, 'select type, data from events order by occurred_at, type')).map(({ type }) => type),
    }
  }

  it('an abandoned landing is notified after 24 hours, not before, with the known facts', async () => {
    const { runAt, types, store, database, registration } = await landed()
    await runAt(minutesLater(day - 1))
    expect(await types()).toEqual([])
    await runAt(minutesLater(day))
    expect(await types()).toEqual(['registration.abandoned'])
    const [event] = await rowsOf(database, 'select * from events')
    expect(JSON.parse(String(event?.['data']))).toMatchObject({
      registration: { id: registration.id, status: 'landed', email: null, aws_account_id: '012345678901' },
    })
    await store.close()
  })

  it('an abandoned landing is notified once, even by several instances at the same time', async () => {
    const { runAt, types, store } = await landed()
    for (let i = 0; i < 20; i += 1)
      await store.registrations.recordLanding(aLanding({ customer: { licenseArn: `l-${String(i)}` }, at: noon }))
    await runAt(minutesLater(day + 5), 5)
    await runAt(minutesLater(day + 6))
    await store.registrations.recordLanding(aLanding({ at: minutesLater(2 * day) }))
    await runAt(minutesLater(4 * day))
    expect(await types()).toHaveLength(21)
    expect(new Set(await types())).toEqual(new Set(['registration.abandoned']))
    await store.close()
  })

  it('an abandoned landing that is older than eight days is not notified', async () => {
    const { runAt, types, store } = await landed()
    await runAt(minutesLater(8 * day + 1))
    expect(await types()).toEqual([])
    await store.close()
  })

  it('a buyer who registers in time is not abandoned, and one who registers late is also notified as completed', async () => {
    const [inTime, late] = [await landed(), await landed()]
    const complete = ({ store, registration }: typeof late, at: Date) =>
      store.registrations.complete(registration.id, { contact, language: 'en', at })
    await complete(inTime, minutesLater(day - 1))
    await inTime.runAt(minutesLater(day + 1))
    expect(await inTime.types()).toEqual(['registration.completed'])
    await late.runAt(minutesLater(day + 1))
    await complete(late, minutesLater(day + 2))
    await late.runAt(minutesLater(day + 3))
    expect(await late.types()).toEqual(['registration.abandoned', 'registration.completed'])
    await Promise.all([inTime.store.close(), late.store.close()])
  })
})
