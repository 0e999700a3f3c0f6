import { DummyDriver, Kysely, type Dialect } from 'kysely'
import type { Statement } from './prepare.ts'
import type { Tables } from './schema.ts'

export type Result = {
  readonly rows: readonly unknown[]
  /** How many rows were written or deleted. */
  readonly affected: number
}

/** Runs one statement. */
export type Run = (statement: Statement) => Promise<Result>

/** An opened database. Kysely writes the SQL, the engine runs it: what is written here is the same on both. */
export type Engine = {
  readonly timestamp: 'text' | 'timestamptz'
  /** Builds statements; executes none. */
  readonly builder: Kysely<Tables>
  /** One statement on its own. What it wrote is on the disk when it resolves. */
  readonly run: Run
  /** All of it or nothing. What it wrote is on the disk when it resolves. `work` does nothing but run statements. */
  readonly transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>
  /**
   * The same for work that starts all its statements before it waits for any, so that on PostgreSQL they are one message. Only
   * a statement that fails undoes it there, for the commit is sent along.
   */
  readonly atOnce: Engine['transaction']
  /** Makes transactions that hold the same key wait for each other; null where they never run side by side anyway. */
  readonly lock: ((key: string) => Statement) | null
  /** Lets what is under way end. */
  readonly close: () => Promise<void>
}

export function createBuilder(dialect: Omit<Dialect, 'createDriver'>): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  })
}
