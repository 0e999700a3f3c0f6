import { hash } from 'node:crypto'
import session, { type SessionData } from 'express-session'
import type { Kysely } from 'kysely'
import type { Visit } from '../domain/ports.ts'
import type { Engine, Run } from './engine.ts'
import type { Guard } from './guard.ts'
import { prepare } from './prepare.ts'
import type { Tables } from './schema.ts'

export type SessionSettings = {
  /** How long a session lasts after it was last used. */
  readonly sessionMinutes: number
  readonly now: () => Date
}

/** Stores a visit as part of somebody else's work on the database, if that registration exists by then. */
export type OpenVisit = (on: Run, visit: Visit, registrationId: string) => Promise<unknown>

type Done = (error?: unknown) => void

/** A visit that merely goes on is written down only when this much later than the last time. */
const touchAfterMs = 60_000

/** Sessions in the same database, shared by all tasks. A class, for express-session asks for one. */
export class SessionStore extends session.Store {
  readonly #run: Run
  readonly #guard: Guard
  readonly #queries: ReturnType<typeof sessionQueries>
  readonly #settings: SessionSettings
  /** What was stored of a request's session by `openVisit`. */
  readonly #opened = new WeakMap<object, string>()

  constructor({ builder, run }: Engine, guard: Guard, settings: SessionSettings) {
    super()
    this.#run = run
    this.#guard = guard
    this.#queries = sessionQueries(builder)
    this.#settings = settings
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const read = async (): Promise<SessionData | null> => {
      const { rows } = await this.#queries.get(this.#run, { idHash: hashOf(id), now: this.#settings.now() })
      return rows[0] ? sessionOf(rows[0].data) : null
    }
    this.#guard(read).then((found) => {
      done(null, found)
    }, done)
  }

  override set(id: string, data: SessionData, done: Done = ignore): void {
    const text = JSON.stringify(data)
    if (this.#opened.get(data) === text) {
      done()
      return
    }
    const row = { idHash: hashOf(id), data: text, expiresAt: this.#expiry() }
    this.#tell(() => this.#queries.set(this.#run, row), done)
  }

  /** A landing stores the session with the registration it is for: one wait for the database instead of two. */
  readonly openVisit: OpenVisit = (on, { id, session, visitor }, registrationId) => {
    const data = JSON.stringify({ ...session, visitor })
    this.#opened.set(session, data)
    return this.#queries.open(on, { idHash: hashOf(id), data, expiresAt: this.#expiry(), registrationId })
  }

  /** Prolongs a session that there is; one that was destroyed stays so. No page waits for it, nor fails by it. */
  override touch(id: string, _data: SessionData, done: Done = ignore): void {
    const expiresAt = this.#expiry()
    const before = new Date(expiresAt.getTime() - touchAfterMs)
    const row = { idHash: hashOf(id), now: this.#settings.now(), expiresAt, before }
    this.#tell(() => this.#queries.touch(this.#run, row), ignore)
    done()
  }

  override destroy(id: string, done: Done = ignore): void {
    this.#tell(() => this.#queries.destroy(this.#run, { idHash: hashOf(id) }), done)
  }

  #expiry(): Date {
    return new Date(this.#settings.now().getTime() + this.#settings.sessionMinutes * 60_000)
  }

  #tell(work: () => Promise<unknown>, done: Done): void {
    this.#guard(work).then(() => {
      done()
    }, done)
  }
}

function sessionQueries(db: Kysely<Tables>) {
  return {
    get: prepare((given: { readonly idHash: string; readonly now: Date }) =>
      db.selectFrom('sessions').select('data').where('id_hash', '=', given.idHash).where('expires_at', '>', given.now),
    ),
    /** Affects no row when there is no such registration. */
    open: prepare(
      (given: {
        readonly idHash: string
        readonly data: string
        readonly expiresAt: Date
        readonly registrationId: string
      }) =>
        db
          .insertInto('sessions')
          .columns(['id_hash', 'data', 'expires_at'])
          .expression((row) =>
            row
              .selectFrom('registrations')
              .select([
                row.val(given.idHash).as('id_hash'),
                row.val(given.data).as('data'),
                row.val(given.expiresAt).as('expires_at'),
              ])
              .where('id', '=', given.registrationId),
          ),
    ),
    set: prepare((given: { readonly idHash: string; readonly data: string; readonly expiresAt: Date }) =>
      db
        .insertInto('sessions')
        .values({ id_hash: given.idHash, data: given.data, expires_at: given.expiresAt })
        .onConflict((conflict) =>
          conflict.column('id_hash').doUpdateSet((row) => ({
            data: row.ref('excluded.data'),
            expires_at: row.ref('excluded.expires_at'),
          })),
        ),
    ),
    touch: prepare(
      (given: { readonly idHash: string; readonly now: Date; readonly expiresAt: Date; readonly before: Date }) =>
        db
          .updateTable('sessions')
          .set({ expires_at: given.expiresAt })
          .where('id_hash', '=', given.idHash)
          .where('expires_at', '>', given.now)
          .where('expires_at', '<=', given.before),
    ),
    destroy: prepare((given: { readonly idHash: string }) =>
      db.deleteFrom('sessions').where('id_hash', '=', given.idHash),
    ),
  }
}

function sessionOf(text: string): SessionData | null {
  const data: unknown = JSON.parse(text)
  return isSession(data) ? data : null
}

/** Only `set` and `openVisit` write here, so a cookie tells enough. */
function isSession(data: unknown): data is SessionData {
  return typeof data === 'object' && data !== null && 'cookie' in data
}

function hashOf(id: string): string {
  return hash('sha256', id)
}

function ignore(): void {
  // express-session asks for no answer here.
}
