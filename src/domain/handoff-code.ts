/** A one-time code that was issued to a session. Code and session are stored by their SHA-256 alone. */
export type IssuedCode = { readonly codeHash: string; readonly sessionHash: string; readonly registrationId: string }

/** The stored one-time codes of the handoff, and which registrations were handed off. */
export type HandoffCodeRows = {
  readonly insert: (code: IssuedCode, lastsMs: number) => Promise<void>
  /** Ends the valid codes of a session. */
  readonly endOfSession: (sessionHash: string) => Promise<void>
  /** Ends the valid codes of a registration. */
  readonly endOfRegistration: (registrationId: string) => Promise<void>
  /** Marks a valid code, whose session has not ended, as used, once, and returns its registration. Null for any other code. */
  readonly use: (codeHash: string) => Promise<string | null>
  /** Notes, for longer than the codes are kept, that a code of this registration was redeemed now. */
  readonly noteRedeemed: (registrationId: string) => Promise<void>
  /** When a code of this registration was last redeemed. */
  readonly redeemedAt: (registrationId: string) => Promise<Date | null>
  readonly forgetRedeemed: (registrationId: string) => Promise<void>
  readonly find: (codeHash: string) => Promise<{ readonly registrationId: string; readonly used: boolean } | null>
}
