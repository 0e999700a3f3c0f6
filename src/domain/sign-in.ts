/** Signs people in to the console at the seller's OpenID Connect provider. No call rejects because of the provider. */
export type SignIn = {
  /** The address where the browser signs in, and what the callback is compared with. */
  readonly begin: (account: 'any' | 'another') => Promise<SignInBegun | SignInRefused>
  /** Who signed in, by the query of the callback. */
  readonly finish: (query: string, pending: PendingSignIn) => Promise<SignedIn | SignInRefused>
}

/** What the callback must match. It belongs to one browser, and counts once. */
export type PendingSignIn = {
  readonly state: string
  readonly nonce: string
  /** The secret half of PKCE. */
  readonly verifier: string
}

export type SignInBegun = { readonly outcome: 'begun'; readonly url: string; readonly pending: PendingSignIn }
export type SignedIn = { readonly outcome: 'signed-in'; readonly identity: Identity }

export type SignInRefused = {
  readonly outcome: 'refused'
  readonly reason: ProviderRefusal
  /** For the log. */
  readonly cause: unknown
  readonly hint?: string
  /** The provider's own code, such as `access_denied`. */
  readonly providerError?: string
}

/** Why the provider signed nobody in. */
export type ProviderRefusal =
  /** No answer of the provider came in time. */
  | 'provider-unreachable'
  /** The provider answered with something that cannot be used. */
  | 'provider-failed'
  /** The provider, or the person there, said no. */
  | 'provider-refused'
  /** The code of the callback is used or expired. */
  | 'code-refused'
  /** The ID token answers another sign-in. */
  | 'nonce-mismatch'
  /** The ID token, or the callback, failed another check, its signature included. */
  | 'token-invalid'

/** Who the provider says signed in. */
export type Identity = {
  /** Never changes at the provider, and means nothing to people. */
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
}
