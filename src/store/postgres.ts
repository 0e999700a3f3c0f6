import {
  CompiledQuery,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Driver,
} from 'kysely'
import type { Database, PostgresSettings } from './database.ts'
import { createPool } from './pool.ts'
import { acquire, lock, type Connection } from './postgres-connection.ts'
import type { Tables } from './schema.ts'

/** Sorts after every character. */
const last = '\u{10ffff}'

/** Connects at the first statement. TLS is a matter of the URL's parameters (`sslmode`, `sslrootcert`). */
export function openPostgres(settings: PostgresSettings): Database {
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => createDriver(settings),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return {
    db,
    types: { timestamp: 'timestamptz', prefix: 'text_pattern_ops' },
    // Unlike clock_timestamp(), it can be looked up in an index.
    fromNow: (ms) => sql<Date>`(statement_timestamp() + ${ms} * interval '1 millisecond')`,
    // These operators compare bytes, whatever the collation, as `text_pattern_ops` does.
    startsWith: (text, prefix) => sql`(${text} ~>=~ ${prefix} and ${text} ~<~ ${prefix + last})`,
    checkFile: () => undefined,
    lock: async (transaction, key) => {
      await transaction.executeQuery(CompiledQuery.raw(lock, [`marketplace-landing ${key}`]))
    },
  }
}

function createDriver(settings: PostgresSettings): Driver {
  const pool = createPool(settings)
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => acquire(pool, settings),
    beginTransaction(connection: Connection) {
      connection.begin()
      return Promise.resolve()
    },
    async commitTransaction(connection: Connection) {
      await connection.commit()
    },
    async rollbackTransaction(connection: Connection) {
      // Where this fails too, the connection is gone and the transaction with it.
      await connection.rollback().catch(() => undefined)
    },
    releaseConnection(connection: Connection) {
      connection.release()
      return Promise.resolve()
    },
    destroy: () => pool.close(),
  }
}
