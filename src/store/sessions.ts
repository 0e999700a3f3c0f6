import { hash } from 'node:crypto'
import session, { type SessionData } from 'express-session'
import type { Kysely } from 'kysely'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

export type SessionSettings = {
  /** How long a session lasts after it was last used. */
  readonly sessionMinutes: number
  readonly now: () => Date
}

type Done = (error?: unknown) => void

/** An extension is written only when it moves the expiry by at least this much. */
const touchAfterMs = 60_000

/** Sessions in the same database, shared by all tasks. A class, for express-session asks for one. */
export class SessionStore extends session.Store {
  readonly #db: Kysely<Tables>
  readonly #guard: Guard
  readonly #settings: SessionSettings

  constructor(db: Kysely<Tables>, guard: Guard, settings: SessionSettings) {
    super()
    this.#db = db
    this.#guard = guard
    this.#settings = settings
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const query = this.#db
      .selectFrom('sessions')
      .select('data')
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', this.#settings.now())
    this.#guard(() => query.executeTakeFirst()).then((row) => {
      done(null, row === undefined ? null : sessionOf(row.data))
    }, done)
  }

  override set(id: string, data: SessionData, done: Done = ignore): void {
    const stored = { data: JSON.stringify(data), expires_at: this.#expiry() }
    const query = this.#db
      .insertInto('sessions')
      .values({ id_hash: hashOf(id), ...stored })
      .onConflict((conflict) => conflict.column('id_hash').doUpdateSet(stored))
    this.#finish(query, done)
  }

  /** Extends an existing session; the response does not wait. */
  override touch(id: string, _data: SessionData, done: Done = ignore): void {
    const expiry = this.#expiry()
    const query = this.#db
      .updateTable('sessions')
      .set({ expires_at: expiry })
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', this.#settings.now())
      .where('expires_at', '<=', new Date(expiry.getTime() - touchAfterMs))
    this.#finish(query, ignore)
    done()
  }

  override destroy(id: string, done: Done = ignore): void {
    this.#finish(this.#db.deleteFrom('sessions').where('id_hash', '=', hashOf(id)), done)
  }

  /** Sessions that have not expired, of all tasks. */
  count(): Promise<number> {
    const query = this.#db
      .selectFrom('sessions')
      .select(({ fn }) => fn.countAll().as('sessions'))
      .where('expires_at', '>', this.#settings.now())
    return this.#guard(async () => Number((await query.executeTakeFirstOrThrow()).sessions))
  }

  #expiry(): Date {
    return new Date(this.#settings.now().getTime() + this.#settings.sessionMinutes * 60_000)
  }

  #finish(query: { execute: () => Promise<unknown> }, done: Done): void {
    this.#guard(() => query.execute()).then(() => {
      done()
    }, done)
  }
}

function sessionOf(text: string): SessionData | null {
  const data: unknown = JSON.parse(text)
  return isSession(data) ? data : null
}

/** Only `set` writes here, so a cookie tells enough. */
function isSession(data: unknown): data is SessionData {
  return typeof data === 'object' && data !== null && 'cookie' in data
}

function hashOf(id: string): string {
  return hash('sha256', id)
}

function ignore(): void {
  // express-session asks for no answer here.
}
