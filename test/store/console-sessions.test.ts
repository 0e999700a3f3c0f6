import { hash } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { emptyDatabase, engines, execute, minutesLater, noon, openTestStore, rowsOf } from '../support/stores.ts'

const hour = 60 * 60_000
const life = { unusedMs: hour, longestMs: 8 * hour }

describe.each(engines)('a session of the console on %s', (engine) => {
  async function openSessions() {
    const database = await emptyDatabase(engine)
    let now = noon
    const store = await openTestStore(database, { now: () => now })
    onTestFinished(() => store.close())
    return {
      ...{ database, sessions: store.consoleSessions, prune: store.prune },
      /** SQLite uses the instance's clock. For PostgreSQL the times in the rows are moved back. */
      elapse: async (minutes: number) => {
        now = minutesLater((now.getTime() - noon.getTime()) / 60_000 + minutes)
        const ago = `interval '${String(minutes)} minutes'`
        if (engine === 'postgres')
          await execute(
            database,
            `update console_sessions set expires_at = expires_at - ${ago}, ends_at = ends_at - ${ago}`,
          )
      },
    }
  }

  it('a console session is stored by the hash of its id', async () => {
    const { sessions, database } = await openSessions()
    await sessions.put('id', 'data', life)
    expect(await rowsOf(database, 'select id_hash, data from console_sessions')).toEqual([
      { id_hash: hash('sha256', 'id'), data: 'data' },
    ])
    expect(await sessions.use('id', hour)).toBe('data')
    expect(await sessions.use(hash('sha256', 'id'), hour)).toBeNull()
  })

  it('a console session lasts one hour after its last use', async () => {
    const { sessions, elapse } = await openSessions()
    await sessions.put('id', 'data', life)
    await elapse(59)
    expect(await sessions.use('id', hour)).toBe('data')
    await elapse(59)
    expect(await sessions.use('id', hour)).toBe('data')
    await elapse(61)
    expect(await sessions.use('id', hour)).toBeNull()
  })

  it('a console session ends after eight hours, even if it is used', async () => {
    const { sessions, elapse } = await openSessions()
    await sessions.put('id', 'data', life)
    for (let used = 0; used < 10; used += 1) {
      await elapse(47)
      expect(await sessions.use('id', hour)).toBe('data')
    }
    await elapse(9)
    expect(await sessions.use('id', hour)).toBe('data')
    await elapse(2)
    expect(await sessions.use('id', hour)).toBeNull()
  })

  it('console data is taken by one call only, and not after its end', async () => {
    const { sessions, elapse } = await openSessions()
    await sessions.put('id', 'data', life)
    const taken = await Promise.all([1, 2, 3, 4].map(() => sessions.take('id')))
    expect(taken.filter((data) => data !== null)).toEqual(['data'])
    await sessions.put('id', 'later', life)
    await elapse(61)
    expect(await sessions.take('id')).toBeNull()
  })

  it('an ended console session is deleted', async () => {
    const { sessions, elapse, prune, database } = await openSessions()
    await sessions.put('old', 'data', life)
    await elapse(30)
    await sessions.put('young', 'data', life)
    await elapse(31)
    expect(await prune()).toMatchObject({ consoleSessions: 1 })
    expect(await rowsOf(database, 'select id_hash from console_sessions')).toEqual([
      { id_hash: hash('sha256', 'young') },
    ])
  })
})
