/** The reason why a connection could not be made or was broken. */
export type NetworkFailureKind =
  'name' | 'refused' | 'no-route' | 'no-connection' | 'no-answer' | 'broken' | 'proxy' | 'unreadable' | TlsFailureKind

type TlsFailureKind = 'not-yet-valid' | 'expired' | 'untrusted' | 'wrong-name' | 'tls'

export type NetworkFailure = {
  readonly kind: NetworkFailureKind
  /** For example `ECONNREFUSED`, `CERT_NOT_YET_VALID`, or the status of a proxy, `HTTP 407`. Null if there is no more detail. */
  readonly code: string | null
}

const kinds: Readonly<Record<string, NetworkFailureKind>> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  EAI_FAIL: 'name',
  EDNS: 'name',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EHOSTDOWN: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  UND_ERR_CONNECT_TIMEOUT: 'no-connection',
  UND_ERR_HEADERS_TIMEOUT: 'no-answer',
  UND_ERR_BODY_TIMEOUT: 'no-answer',
  ETIMEDOUT: 'no-answer',
  ECONNRESET: 'broken',
  ECONNABORTED: 'broken',
  EPIPE: 'broken',
  UND_ERR_SOCKET: 'broken',
  UND_ERR_HEADERS_OVERFLOW: 'unreadable',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'unreadable',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_HAS_EXPIRED: 'expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
  UND_ERR_PRX_TLS: 'wrong-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  EPROTO: 'tls',
  /** From nodemailer: the mail server does not support STARTTLS, or does not speak SMTP. */
  ETLS: 'tls',
  EPROTOCOL: 'unreadable',
  /** Node's code for a certificate error without its own code. */
  UNSPECIFIED: 'tls',
}

/** Other certificate codes of OpenSSL. Source: Node's documentation of `tls`. */
const ofCertificates =
  /^(?:ERR_(?:TLS|SSL)_|CERT_|CRL_|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|UNABLE_TO_(?:GET|DECODE|DECRYPT)_|ERROR_IN_)/

/** The network failure, from the innermost error that shows one; null for other errors. */
export function networkFailure(error: unknown): NetworkFailure | null {
  if (!(error instanceof Error)) return null
  const inner = networkFailure(error.cause)
  if (inner !== null) return inner
  const [, status] = /^Proxy response \((\d{3})\)/.exec(error.message) ?? []
  if (status !== undefined) return { kind: 'proxy', code: `HTTP ${status}` }
  if (error.name === 'HTTPParserError') return { kind: 'unreadable', code: null }
  for (const code of codesOf(error)) {
    const kind = kindOf(code)
    if (kind !== null) return { kind, code: isTimeout(kind) ? null : code }
  }
  return ['TimeoutError', 'AbortError'].includes(error.name) ? { kind: 'no-answer', code: null } : null
}

/** nodemailer keeps Node's code in another property. */
function codesOf(error: Error): readonly string[] {
  const codes = ['originalCode' in error ? error.originalCode : null, 'code' in error ? error.code : null]
  return codes.filter((code) => typeof code === 'string')
}

function isTimeout(kind: NetworkFailureKind): boolean {
  return kind === 'no-connection' || kind === 'no-answer'
}

function kindOf(code: string): NetworkFailureKind | null {
  const known = Object.hasOwn(kinds, code) ? kinds[code] : undefined
  if (known !== undefined) return known
  if (code.startsWith('HPE_')) return 'unreadable'
  return ofCertificates.test(code) ? 'tls' : null
}

const tlsHints = {
  'not-yet-valid': 'Set the clock of this machine: the certificate of the other side is not yet valid.',
  expired: 'Renew the certificate of the other side, or set the clock of this machine if it is wrong.',
  untrusted:
    'Set NODE_EXTRA_CA_CERTS to a file with the certificate of the authority that the other side, or a proxy that inspects TLS, uses.',
  'wrong-name': 'Check the address: the certificate of the other side is for another name.',
  tls: 'Check the address and port, and a proxy on the way: the other side does not speak TLS, or not in a way that is accepted.',
} as const satisfies Record<TlsFailureKind, string>

/** The fix for a TLS failure; null for other failures. */
export function tlsHint(kind: NetworkFailureKind, env: Readonly<Record<string, string | undefined>>): string | null {
  if (!isTls(kind)) return null
  const ignored = kind === 'untrusted' && Boolean(env['AWS_CA_BUNDLE'])
  return ignored ? `${tlsHints[kind]} Node does not read AWS_CA_BUNDLE, which is set.` : tlsHints[kind]
}

function isTls(kind: NetworkFailureKind): kind is TlsFailureKind {
  return Object.hasOwn(tlsHints, kind)
}
