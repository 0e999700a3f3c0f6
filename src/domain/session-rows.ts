/** The stored sessions of buyers. */
export type SessionRows = {
  /** True if the session with this SHA-256 of its id has neither ended nor expired. */
  readonly isOpen: (sessionHash: string) => Promise<boolean>
  /** Ends every session of a registration. Returns their number. */
  readonly endOfRegistration: (registrationId: string) => Promise<number>
}
