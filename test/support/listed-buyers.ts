import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import { runRegistrations } from '../../src/cli/registrations/run.ts'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { call, type Ended } from './command.ts'
import {
  aLanding,
  addressOf,
  emptyDatabase,
  minutesLater,
  noon,
  openTestStore,
  sessionsOf,
  type Engine,
} from './stores.ts'

export const jane: Contact = {
  email: 'jane@example.com',
  name: 'Jane Doe',
  company: 'Example Buyer',
  phone: '+1 206 555 0100',
}
export const evil: Contact = {
  email: 'eve@example.com',
  name: '=HYPERLINK("http://x","y")',
  company: '@SUM(1;2) "co"',
  phone: '-1 23 456',
}

/** Three buyers: Jane registered, Eve registered with formulas, and one has only landed. Also a session and token hashes. */
export async function filled(engine: Engine): Promise<DatabaseUrl> {
  const database = await emptyDatabase(engine)
  let references = 0
  const store = await openTestStore(database, { newReference: () => `REF${String((references += 1))}-AAAA-BBBB` })
  const land = (at: Date, awsAccountId: string, license: string) =>
    store.registrations.recordLanding(
      aLanding({
        at,
        tokenHash: `tokenhash-${license}`,
        customer: { awsAccountId, licenseArn: `arn:aws:license-manager::1:license:${license}` },
      }),
    )
  const first = await land(noon, '012345678901', 'l-one')
  const second = await land(minutesLater(60), '012345678901', 'l-two')
  await land(minutesLater(120), '999988887777', 'l-three%')
  await store.registrations.complete(first.id, { contact: jane, language: 'de', at: minutesLater(5) })
  await store.registrations.complete(second.id, { contact: evil, language: 'en', at: minutesLater(65) })
  const session = { cookie: { originalMaxAge: null }, secret: 'session-data' } as never
  await sessionsOf(store).insert('session-id', first.id, session)
  await store.close()
  onTestFinished(() => {
    if (database.engine === 'sqlite') rmSync(dirname(database.path), { recursive: true })
  })
  return database
}

/** Only `DATABASE_URL` is configured. */
export async function list(database: DatabaseUrl, ...args: readonly string[]): Promise<Ended> {
  const ended = await call(runRegistrations, args, { DATABASE_URL: addressOf(database) })
  expect(ended.stdout + ended.stderr).not.toMatch(/session-|tokenhash/)
  return ended
}

export const rows = ({ stdout }: Ended) => JSON.parse(stdout) as Record<string, unknown>[]
export const references = (ended: Ended) => rows(ended).map(({ reference }) => String(reference).slice(0, 4))
