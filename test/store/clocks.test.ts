import session, { type SessionData } from 'express-session'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createDatabase } from '../support/postgres.ts'
import { aLanding, openTestStore, sessionsOf, type TestStore } from '../support/stores.ts'

const hour = 60 * 60_000

it.each([1, -1])('an instance whose clock is off by %i h ends no session and keeps every token', async (hours) => {
  const url = await createDatabase(inject('postgresUrl'))
  const now = () => new Date()
  const skewed = () => new Date(Date.now() + hours * hour)
  const open = async (clock: () => Date): Promise<TestStore> => {
    const store = await openTestStore({ engine: 'postgres', url }, { now: clock })
    onTestFinished(() => store.close())
    return store
  }
  const [right, wrong] = [await open(now), await open(skewed)]

  for (const [here, there, clock] of [
    [right, wrong, now],
    [wrong, right, skewed],
  ] as const) {
    const id = `by ${String(clock().getTime())}`
    const landed = await here.registrations.recordLanding(aLanding({ tokenHash: id, at: clock() }))
    await sessionsOf(here).insert(id, landed.id, { cookie: new session.Cookie() } as SessionData)
    expect(await there.prune()).toEqual({ sessions: 0, consoleSessions: 0, tokens: 0, codes: 0 })
    expect(await sessionsOf(there).get(id)).not.toBeNull()
    expect(await there.sessions.count()).toBeGreaterThan(0)
    const at = there === right ? now() : skewed()
    expect(await there.registrations.landAgain(id, new Date(at.getTime() - hour / 4), at)).not.toBeNull()
  }
})
