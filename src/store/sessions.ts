import { hash } from 'node:crypto'
import session, { type SessionData } from 'express-session'
import { sql, type Kysely } from 'kysely'
import type { SessionRows } from '../domain/session-rows.ts'
import type { Operation } from '../domain/unit-of-work.ts'
import type { Database } from './database.ts'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

type SessionSettings = {
  /** A session ends after this time without use. */
  readonly sessionMinutes: number
}

/** The table `sessions`, over one connection or one transaction. */
export function sessionRows(db: Kysely<Tables>, fromNow: Database['fromNow']): SessionRows {
  return {
    isOpen: async (sessionHash) => {
      const row = await db
        .selectFrom('sessions')
        .select('id_hash')
        .where('id_hash', '=', sessionHash)
        .where('expires_at', '>', fromNow(0))
        .executeTakeFirst()
      return row !== undefined
    },
    endOfRegistration: async (registrationId) => {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('registration_id', '=', registrationId)
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  }
}

type Guards = { readonly read: Guard; readonly write: Guard }

type Done = (error?: unknown) => void

/** The expiry is updated only if it moves by at least this much, or by a tenth of a short session. */
const touchAfterMs = 60_000
/** The longest life of a session, with use. */
const longestMs = 12 * 60 * 60_000

/**
 * Stores sessions in the app's database, shared by all instances. A class, because express-session requires one.
 *
 * express-session also calls `set` late: for a request that was in flight when its session was left, replaced or erased. So
 * `set` inserts a row only for an id that sign-in has passed to `begin`. Any other save updates a row or does nothing.
 */
export class SessionStore extends session.Store {
  /** Registration ids by the session ids that were passed to `begin`. */
  readonly #begun = new Map<string, string>()
  readonly #db: Database['db']
  readonly #fromNow: Database['fromNow']
  readonly #guards: Guards
  readonly #lastsMs: number

  constructor({ db, fromNow }: Database, guards: Guards, { sessionMinutes }: SessionSettings) {
    super()
    this.#db = db
    this.#fromNow = fromNow
    this.#guards = guards
    this.#lastsMs = Math.min(sessionMinutes * 60_000, longestMs)
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const query = this.#db
      .selectFrom('sessions')
      .select('data')
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', this.#fromNow(0))
    this.#guards
      .read(() => query.executeTakeFirst(), 'sessionGet')
      .then((row) => {
        done(null, row === undefined ? null : sessionOf(row.data))
      }, done)
  }

  /** Lets the next `set` of this id insert a session for this registration. */
  begin(id: string, registrationId: string): void {
    this.#begun.set(id, registrationId)
  }

  override set(id: string, data: SessionData, done: Done = ignore): void {
    const registrationId = this.#begun.get(id)
    this.#begun.delete(id)
    const stored = { id_hash: hashOf(id), data: JSON.stringify(data) }
    if (registrationId === undefined) {
      this.#finish(
        'sessionSet',
        this.#db.updateTable('sessions').set(stored).where('id_hash', '=', stored.id_hash),
        done,
      )
      return
    }
    const times = { expires_at: this.#fromNow(this.#lastsMs), ends_at: this.#fromNow(longestMs) }
    const query = this.#db.insertInto('sessions').values({ ...stored, registration_id: registrationId, ...times })
    this.#finish('sessionSet', query, done)
  }

  /** Extends an existing session. The response does not wait for it. */
  override touch(id: string, _data: SessionData, done: Done = ignore): void {
    const expiry = this.#fromNow(this.#lastsMs)
    const query = this.#db
      .updateTable('sessions')
      .set({ expires_at: sql<Date>`case when ends_at < ${expiry} then ends_at else ${expiry} end` })
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', this.#fromNow(0))
      .where('expires_at', '<=', this.#fromNow(this.#lastsMs - Math.min(touchAfterMs, this.#lastsMs / 10)))
      .whereRef('expires_at', '<', 'ends_at')
    this.#finish('sessionTouch', query, ignore)
    done()
  }

  override destroy(id: string, done: Done = ignore): void {
    this.#finish('sessionDestroy', this.#db.deleteFrom('sessions').where('id_hash', '=', hashOf(id)), done)
  }

  /** All sessions that have not expired. */
  count(): Promise<number> {
    const query = this.#db
      .selectFrom('sessions')
      .select(({ fn }) => fn.countAll().as('sessions'))
      .where('expires_at', '>', this.#fromNow(0))
    return this.#guards.read(async () => Number((await query.executeTakeFirstOrThrow()).sessions))
  }

  #finish(operation: Operation, query: { execute: () => Promise<unknown> }, done: Done): void {
    this.#guards
      .write(() => query.execute(), operation)
      .then(() => {
        done()
      }, done)
  }
}

function sessionOf(text: string): SessionData | null {
  const data: unknown = JSON.parse(text)
  return isSession(data) ? data : null
}

/** Only `set` writes this column, so checking for the cookie is enough. */
function isSession(data: unknown): data is SessionData {
  return typeof data === 'object' && data !== null && 'cookie' in data
}

function hashOf(id: string): string {
  return hash('sha256', id)
}

function ignore(): void {
  // express-session passes no callback here.
}
