import type { ColumnTypes } from '../database.ts'

/** From 1.0.0 on, a migration only adds, because the previous release still runs on the new schema. */
export type Migration = {
  /** Stored in the table `migrations`. Never changes. */
  readonly name: string
  readonly statements: (types: ColumnTypes) => readonly string[]
}
