/** The stored one-time codes of the handoff, known by their SHA-256. */
export type HandoffCodeRows = {
  readonly insert: (codeHash: string, registrationId: string, lastsMs: number) => Promise<void>
  /** Marks a valid code as used, once, and returns its registration. Null for any other code. */
  readonly use: (codeHash: string) => Promise<string | null>
  readonly find: (codeHash: string) => Promise<{ readonly registrationId: string; readonly used: boolean } | null>
}
