import { networkFailure, type NetworkFailureKind } from '../domain/network-failure.ts'

/** docs/notifications.md explains each reason. */
const reasons = {
  name: 'host not found',
  refused: 'connection refused',
  'no-route': 'no route to the host',
  'no-connection': 'no connection in time',
  'no-answer': 'no answer in time',
  broken: 'connection broken',
  proxy: 'refused by the proxy',
  unreadable: 'unreadable answer',
  'not-yet-valid': 'certificate not yet valid',
  expired: 'certificate expired',
  untrusted: 'certificate not trusted',
  'wrong-name': 'certificate for another name',
  tls: 'TLS failed',
} as const satisfies Record<NetworkFailureKind, string>

/**
 * The reason why an attempt failed, in fixed words and codes. Messages may contain an address or a URL with a secret.
 */
export function reasonOf(error: unknown): string {
  const failure = networkFailure(error)
  if (failure === null) return `unknown failure (${codeOf(error)})`
  return failure.code === null ? reasons[failure.kind] : `${reasons[failure.kind]} (${failure.code})`
}

/** The name of the innermost error, which is AWS's or Node's own. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error'
  if (error.cause instanceof Error) return codeOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
