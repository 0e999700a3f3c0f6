/**
 * What the console keeps for a browser by a random id: who signed in, or a sign-in that is pending. Only the hash of the id is
 * stored. Times are those of the database's clock.
 */
export type ConsoleSessions = {
  /** Stores data under an id, in place of what was there. */
  readonly put: (id: string, data: string, life: ConsoleLife) => Promise<void>
  /** The data, which then lasts `unusedMs` again, but not beyond its end. Null where there is none, or it has ended. */
  readonly use: (id: string, unusedMs: number) => Promise<string | null>
  /** The data, which ends here: of several calls at once, one gets it. */
  readonly take: (id: string) => Promise<string | null>
}

export type ConsoleLife = {
  /** How long it lasts after it was last used, in milliseconds. */
  readonly unusedMs: number
  /** How long it lasts at most, in milliseconds. */
  readonly longestMs: number
}
