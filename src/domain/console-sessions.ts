/**
 * The console's data for a browser by a random id: the person who is signed in, or a pending sign-in. Only the hash of the id is
 * stored. Times use the clock of the database.
 */
export type ConsoleSessions = {
  /** Stores data under an id and replaces existing data. */
  readonly put: (id: string, data: string, life: ConsoleLife) => Promise<void>
  /** Reads the data and extends it by `unusedMs`, but not beyond its end. Null if there is none or it has ended. */
  readonly use: (id: string, unusedMs: number) => Promise<string | null>
  /** Reads and deletes the data. Only one of several concurrent calls gets it. */
  readonly take: (id: string) => Promise<string | null>
}

type ConsoleLife = {
  /** The data ends after this time without use, in milliseconds. */
  readonly unusedMs: number
  /** The longest life of the data, in milliseconds. */
  readonly longestMs: number
}
