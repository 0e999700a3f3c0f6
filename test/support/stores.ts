import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { SessionData } from 'express-session'
import { inject } from 'vitest'
import type { Claims, Customer } from '../../src/domain/customer.ts'
import type { NewLanding } from '../../src/domain/registrations.ts'
import { createServices, type Services, type ServicesSettings } from '../../src/main/services.ts'
import { openStore, type Store, type StoreSettings } from '../../src/store/store.ts'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { ask, createDatabase } from './postgres.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const engines = ['sqlite', 'postgres'] as const
export type Engine = (typeof engines)[number]

/** A new and empty database. */
export async function emptyDatabase(engine: Engine): Promise<DatabaseUrl> {
  if (engine === 'postgres') return { engine, url: await createDatabase(inject('postgresUrl')) }
  return { engine, path: join(temporaryFolder(), 'new', 'landing.db') }
}

/** The value of DATABASE_URL for this database. */
export function addressOf(database: DatabaseUrl): string {
  return database.engine === 'sqlite' ? `sqlite:${database.path}` : database.url
}

/** Writes directly to the database. Retries, because a store in this process may hold the file. */
export async function execute(database: DatabaseUrl, text: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await executeOnce(database, text)
      return
    } catch (error) {
      if (attempt === 100 || !String(error).includes('database is locked')) throw error
      await pause(10)
    }
  }
}

async function executeOnce(database: DatabaseUrl, text: string): Promise<void> {
  if (database.engine === 'postgres') {
    await ask(database.url, text)
    return
  }
  const db = new DatabaseSync(database.path)
  try {
    db.exec(text)
  } finally {
    db.close()
  }
}

/** Reads rows directly from the database. */
export async function rowsOf(database: DatabaseUrl, query: string): Promise<Record<string, unknown>[]> {
  if (database.engine === 'postgres') return ask(database.url, query)
  const db = new DatabaseSync(database.path, { readOnly: true })
  try {
    return db
      .prepare(query)
      .all()
      .map((row) => ({ ...row }))
  } finally {
    db.close()
  }
}

/** Times from both engines: SQLite returns text, PostgreSQL returns dates. */
export function registrationRows(database: DatabaseUrl): Promise<Record<string, unknown>[]> {
  return rowsOf(database, 'select * from registrations order by landed_at, id').then((rows) =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
      ),
    ),
  )
}

/** A store with the domain's operations on it. */
export type TestStore = Store & Services

export async function openTestStore(
  database: DatabaseUrl,
  settings: Partial<StoreSettings & ServicesSettings> = {},
): Promise<TestStore> {
  const store = await openStore({
    database,
    instance: randomUUID(),
    deadlineMs: 10_000,
    poolSize: 5,
    connectTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    sessionMinutes: 60,
    now: () => new Date(),
    onError: () => undefined,
    ...settings,
  })
  return { ...store, ...testServices(store, settings) }
}

export function testServices(store: Store, settings: Partial<ServicesSettings> = {}): Services {
  return createServices(store, {
    newId: randomUUID,
    newReference: () => randomUUID().slice(0, 13),
    messagesFor: () => [],
    webhookBody: JSON.stringify,
    products: { find: () => null },
    withSubscriptions: false,
    onWithheld: () => undefined,
    ...settings,
  })
}

export const noon = new Date('2026-11-23T12:00:00.000Z')
export const minutesLater = (minutes: number): Date => new Date(noon.getTime() + minutes * 60_000)

export function aLanding({
  customer,
  claims,
  ...landing
}: {
  readonly customer?: Partial<Customer>
  readonly claims?: Partial<Claims>
  readonly tokenHash?: string
  readonly at?: Date
} = {}): NewLanding {
  return {
    tokenHash: randomUUID(),
    at: noon,
    ...landing,
    customer: {
      awsAccountId: '012345678901',
      productCode: 'product-1',
      licenseArn: 'arn:aws:license-manager::294406891311:license:l-1',
      customerIdentifier: null,
      ...customer,
    },
    claims: { offerType: null, claimedAgreementId: null, claimedProductId: null, ...claims },
  }
}

/** Moves the database's time: SQLite uses the instance's clock; for PostgreSQL the times in the rows are moved back. */
export function aClock(database: () => DatabaseUrl) {
  let now = noon
  return {
    now: () => now,
    elapse: async (minutes: number): Promise<void> => {
      now = new Date(now.getTime() + minutes * 60_000)
      if (database().engine === 'sqlite') return
      const ago = `interval '${String(minutes)} minutes'`
      await execute(
        database(),
        `update sessions set expires_at = expires_at - ${ago}, ends_at = ends_at - ${ago};
         update tokens set resolved_at = resolved_at - ${ago}`,
      )
    },
    /** Minutes from now until a stored time. */
    until: (time: unknown): number => {
      const from = database().engine === 'sqlite' ? now : new Date()
      return Math.round((new Date(String(time)).getTime() - from.getTime()) / 60_000)
    },
  }
}

/** The session store's calls as promises. */
export function sessionsOf({ sessions }: Store) {
  return {
    get: (id: string) =>
      new Promise<SessionData | null | undefined>((resolve, reject) => {
        sessions.get(id, (error, data) => {
          if (error instanceof Error) reject(error)
          else resolve(data)
        })
      }),
    set: promisify(sessions.set.bind(sessions)),
    /** Saves a new session like sign-in. */
    insert: async (id: string, registrationId: string, data: SessionData) => {
      sessions.begin(id, registrationId)
      await promisify(sessions.set.bind(sessions))(id, data)
    },
    touch: promisify(sessions.touch.bind(sessions)),
    destroy: promisify(sessions.destroy.bind(sessions)),
  }
}
