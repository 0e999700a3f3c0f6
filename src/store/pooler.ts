import { CompiledQuery, type DatabaseConnection, type Dialect, type Driver } from 'kysely'

type Connection = DatabaseConnection & { readonly inner: DatabaseConnection; inTransaction: boolean }

/**
 * For a pooler in transaction mode, such as PgBouncer (`pgbouncer=true`). Its connections are shared, and a setting lasts for one
 * transaction only. So each statement runs in a transaction that first sets the timeouts. PostgreSQL then cancels statements
 * that this instance no longer waits for.
 */
export function behindPooler(dialect: Dialect, deadlineMs: number): Dialect {
  return {
    createDriver: () => limitedDriver(dialect.createDriver(), deadlineMs),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

function limitedDriver(driver: Driver, deadlineMs: number): Driver {
  const begin = CompiledQuery.raw(
    ['begin isolation level read committed', ...limits.map((name) => `set local ${name} = ${String(deadlineMs)}`)].join(
      '; ',
    ),
  )

  function limited(inner: DatabaseConnection): Connection {
    const connection: Connection = {
      inner,
      inTransaction: false,
      executeQuery: async (query) => {
        if (connection.inTransaction) return inner.executeQuery(query)
        await inner.executeQuery(begin)
        try {
          const result = await inner.executeQuery<never>(query)
          await driver.commitTransaction(inner)
          return result
        } catch (error) {
          // If this fails too, the connection is closed and the transaction has ended.
          await driver.rollbackTransaction(inner).catch(() => undefined)
          throw error
        }
      },
      streamQuery: () => {
        throw new Error('not supported')
      },
    }
    return connection
  }

  return {
    init: () => driver.init(),
    acquireConnection: async () => limited(await driver.acquireConnection()),
    beginTransaction: async (connection: Connection) => {
      connection.inTransaction = true
      await connection.inner.executeQuery(begin)
    },
    commitTransaction: ({ inner }: Connection) => driver.commitTransaction(inner),
    rollbackTransaction: ({ inner }: Connection) => driver.rollbackTransaction(inner),
    releaseConnection: ({ inner }: Connection) => driver.releaseConnection(inner),
    destroy: () => driver.destroy(),
  }
}

const limits = ['statement_timeout', 'idle_in_transaction_session_timeout']
