/** Signs people in to the console with the seller's OpenID Connect provider. Failures of the provider are returned, not thrown. */
export type SignIn = {
  /** The URL for the browser, and the values that the callback must match. */
  readonly begin: (account: 'any' | 'another') => Promise<SignInBegun | SignInFailed>
  /** The person who signed in, from the query of the callback. */
  readonly finish: (query: string, pending: PendingSignIn) => Promise<SignedIn | SignInFailed>
}

/** The values that the callback must match. They belong to one browser and can be used once. */
type PendingSignIn = {
  readonly state: string
  readonly nonce: string
  /** The secret half of PKCE. */
  readonly verifier: string
}

type SignInBegun = { readonly outcome: 'begun'; readonly url: string; readonly pending: PendingSignIn }
type SignedIn = { readonly outcome: 'signed-in'; readonly identity: Identity }

export type SignInFailed = {
  readonly outcome: 'failed'
  readonly reason: ProviderFailure
  /** For the log. */
  readonly cause: unknown
  readonly hint?: string
  /** The provider's own code, such as `access_denied`. */
  readonly providerError?: string
}

/** The reason why a sign-in failed. */
export type ProviderFailure =
  /** The provider did not respond in time. */
  | 'provider-unreachable'
  /** The provider's response is unusable. */
  | 'provider-failed'
  /** The provider or the person denied the sign-in. */
  | 'provider-refused'
  /** The code of the callback is already used or has expired. */
  | 'code-refused'
  /** The ID token belongs to another sign-in. */
  | 'nonce-mismatch'
  /** The ID token or the callback failed another check, such as the signature. */
  | 'token-invalid'

/** The person whom the provider signed in. */
export type Identity = {
  /** An opaque id that never changes at the provider. */
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
}
