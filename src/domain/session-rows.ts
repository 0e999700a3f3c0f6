/** The stored sessions of buyers, for operations that end them. */
export type SessionRows = {
  /** Ends every session of a registration. Returns how many. */
  readonly endOfRegistration: (registrationId: string) => Promise<number>
}
