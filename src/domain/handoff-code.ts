/** A one-time code that was issued to a session. Only the SHA-256 of code and session are stored. */
type IssuedCode = { readonly codeHash: string; readonly sessionHash: string; readonly registrationId: string }

/** The stored one-time codes, and the registrations that were handed off. */
export type HandoffCodeRows = {
  readonly insert: (code: IssuedCode, lastsMs: number) => Promise<void>
  /** Ends the valid codes of a session. */
  readonly endOfSession: (sessionHash: string) => Promise<void>
  /** Ends the valid codes of a registration. */
  readonly endOfRegistration: (registrationId: string) => Promise<void>
  /** Marks a valid code of an open session as used and returns its registration. Null for any other code. */
  readonly use: (codeHash: string) => Promise<string | null>
  /** Stores that a code of this registration was redeemed now. This is kept longer than the codes. */
  readonly noteRedeemed: (registrationId: string) => Promise<void>
  /** The time when a code of this registration was last redeemed. */
  readonly redeemedAt: (registrationId: string) => Promise<Date | null>
  readonly forgetRedeemed: (registrationId: string) => Promise<void>
  readonly find: (codeHash: string) => Promise<{ readonly registrationId: string; readonly used: boolean } | null>
}
