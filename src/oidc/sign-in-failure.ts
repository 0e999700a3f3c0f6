import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { networkFailure, tlsHint } from '../domain/network-failure.ts'
import type { SignInFailed } from '../domain/sign-in.ts'

/** Returns the reason for an error of the sign-in. */
export function signInFailure(cause: unknown): SignInFailed {
  return { outcome: 'failed', cause, ...reasonOf(cause) }
}

type Reason = Omit<SignInFailed, 'outcome' | 'cause'>

const clientHint =
  'Compare CONSOLE_OIDC_CLIENT_ID and CONSOLE_OIDC_CLIENT_SECRET with the client at the provider: it does not accept them.'
const redirectHint = 'Register PUBLIC_URL/console/callback at the provider as a redirect URI of the client.'
const clockHint = 'Set the clock of this machine: the times in the ID token do not fit.'

function reasonOf(cause: unknown): Reason {
  if (cause instanceof AuthorizationResponseError) return { reason: 'provider-refused', providerError: cause.error }
  if (isClientRejected(cause)) return { reason: 'provider-failed', hint: clientHint }
  if (cause instanceof ResponseBodyError) return errorAnswer(cause)
  const failure = networkFailure(cause)
  if (failure !== null) return { reason: 'provider-unreachable', hint: tlsHint(failure.kind, {}) ?? unreachableHint }
  const code = cause instanceof ClientError ? cause.code : undefined
  if (code === undefined || !tokenChecks.has(code)) return { reason: 'provider-failed', hint: failedHint }
  if (isAboutNonce(cause)) return { reason: 'nonce-mismatch' }
  return { reason: 'token-invalid', ...(code.includes('TIMESTAMP') ? { hint: clockHint } : {}) }
}

const unreachableHint =
  'Let this network reach the host of CONSOLE_OIDC_ISSUER, or correct that variable. npm run doctor says what is wrong.'
const failedHint = 'Correct CONSOLE_OIDC_ISSUER, or look at the log of the provider. npm run doctor says what is wrong.'

/** The provider's JSON error, as in RFC 6749. */
function errorAnswer({ error: providerError }: ResponseBodyError): Reason {
  if (providerError === 'invalid_grant') return { reason: 'code-refused', providerError, hint: redirectHint }
  return { reason: 'provider-failed', providerError, hint: failedHint }
}

/** True if the provider rejected the client. A challenge for a bearer token is about the access token instead. */
export function isClientRejected(error: unknown): boolean {
  if (error instanceof WWWAuthenticateChallengeError) return error.cause.every(({ scheme }) => scheme !== 'bearer')
  if (!(error instanceof ResponseBodyError)) return false
  return error.status === 401 || error.error === 'invalid_client' || error.error === 'unauthorized_client'
}

/** Codes of openid-client for a token or a callback that failed a check. */
const tokenChecks: ReadonlySet<string> = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
])

/** The name of the claim, which is in the innermost cause of an openid-client error. */
function isAboutNonce(error: unknown): boolean {
  if (error instanceof Error) return isAboutNonce(error.cause)
  return typeof error === 'object' && error !== null && 'claim' in error && error.claim === 'nonce'
}
