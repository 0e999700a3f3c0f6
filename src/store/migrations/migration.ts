import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import type { Tables } from '../schema.ts'

/** Only adds: the release before this one keeps running on what it makes. */
export type Migration = {
  /** Stored in the table `migrations`; never changes. */
  readonly name: string
  readonly up: (db: Kysely<Tables>, timestamp: Database['timestamp']) => Promise<void>
}
