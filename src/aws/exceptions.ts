import { z } from 'zod'
import { AppError, descriptorsHint, isOutOfDescriptors, type Details, type ErrorCode } from '../errors.ts'
import { hints } from './hints.ts'

/**
 * What each exception means to the buyer. The first five are modeled by ResolveCustomer, the others common to AWS APIs.
 * Sources: API_marketplace-metering_ResolveCustomer.html and CommonErrors.html of the AWS Marketplace API Reference.
 */
const meanings: Readonly<Record<string, readonly [ErrorCode, hint?: string]>> = {
  InvalidTokenException: ['token-invalid'],
  ExpiredTokenException: ['token-expired'],
  ThrottlingException: ['marketplace-busy'],
  DisabledApiException: ['marketplace-disabled', hints.disabled],
  InternalServiceErrorException: ['marketplace-failed'],

  ValidationException: ['token-invalid'],
  Throttling: ['marketplace-busy'],
  TooManyRequestsException: ['marketplace-busy'],
  RequestLimitExceeded: ['marketplace-busy'],
  RequestThrottled: ['marketplace-busy'],
  InternalFailure: ['marketplace-failed'],
  InternalServerException: ['marketplace-failed'],
  ServiceUnavailable: ['marketplace-failed'],
  ServiceUnavailableException: ['marketplace-failed'],
  AccessDenied: ['marketplace-denied', hints.denied],
  AccessDeniedException: ['marketplace-denied', hints.denied],
  NotAuthorized: ['marketplace-denied', hints.denied],
  OptInRequired: ['marketplace-denied', hints.denied],
  ExpiredToken: ['marketplace-denied', hints.expiredCredentials],
  UnrecognizedClientException: ['marketplace-denied', hints.badSignature],
  InvalidClientTokenId: ['marketplace-denied', hints.badSignature],
  InvalidSignatureException: ['marketplace-denied', hints.badSignature],
  SignatureDoesNotMatch: ['marketplace-denied', hints.badSignature],
  IncompleteSignature: ['marketplace-denied', hints.badSignature],
  IncompleteSignatureException: ['marketplace-denied', hints.badSignature],
  RequestExpired: ['marketplace-denied', hints.badSignature],
  QueueDoesNotExist: ['marketplace-denied', hints.noQueue],
  KmsAccessDenied: ['marketplace-denied', hints.queueKey],
  MissingAuthenticationToken: ['marketplace-denied', hints.noCredentials],
  MissingAuthenticationTokenException: ['marketplace-denied', hints.noCredentials],
  CredentialsProviderError: ['marketplace-denied', hints.noCredentials],

  TimeoutError: ['marketplace-unreachable'],
  AbortError: ['marketplace-unreachable'],
  /** The answer could not be read: a proxy's HTML, something other than HTTP, endless headers, an endless body. */
  SyntaxError: ['marketplace-failed'],
  HTTPParserError: ['marketplace-failed'],
  HeadersOverflowError: ['marketplace-failed'],
  ResponseExceededMaxSizeError: ['marketplace-failed'],
}

/** Node's and undici's codes for a connection that could not be opened, or that broke. */
const networkCodes: ReadonlySet<string> = new Set([
  ...['EAI_AGAIN', 'ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'EPROTO'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'UND_ERR_SOCKET', 'CERT_HAS_EXPIRED'],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
])

const thrown = z.object({
  name: z.string().catch('Error'),
  message: z.string().catch(''),
  stack: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  Code: z.string().optional().catch(undefined),
  __type: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number(), requestId: z.string(), attempts: z.number() }).partial().catch({}),
  $response: z
    .object({ headers: z.record(z.string(), z.unknown()) })
    .optional()
    .catch(undefined),
})
type Thrown = z.infer<typeof thrown>

/**
 * Turns whatever the SDK threw into the `AppError` it means. The cause kept for the log is a copy without the token:
 * AWS's messages may repeat what was sent.
 */
export function translate(error: unknown, token = ''): AppError {
  if (error instanceof AppError) return error
  const seen = thrown.parse(error instanceof Error ? error : {})
  const [code, hint] = meaningOf(seen)
  const details: Details = { cause: withoutToken(seen, token), facts: factsOf(seen.$metadata) }
  return new AppError(code, hint === undefined ? details : { ...details, hint })
}

function meaningOf(error: Thrown): readonly [ErrorCode, hint?: string] {
  if (error.name === 'ExpiredTokenException' && isAboutCredentials(error))
    return ['marketplace-denied', hints.expiredCredentials]
  if (isOutOfDescriptors(error.code)) return ['service-busy', descriptorsHint]
  if (error.code !== undefined && isOfNetwork(error.code)) return ['marketplace-unreachable']
  if (error.$metadata.httpStatusCode === 429) return ['marketplace-busy']
  return (Object.hasOwn(meanings, error.name) ? meanings[error.name] : undefined) ?? byStatus(error)
}

/**
 * When our own STS credentials have expired, the SDK throws the same class as for an expired registration token. Any of
 * three signs tells them apart: the type's namespace, HTTP 403, or the wording.
 */
function isAboutCredentials(error: Thrown): boolean {
  const types = [error.__type, error.code, error.Code, error.$response?.headers['x-amzn-errortype']]
  return (
    types.some((type) => typeof type === 'string' && type.startsWith('com.amazon.coral.')) ||
    error.$metadata.httpStatusCode === 403 ||
    /security token included in the request/i.test(error.message)
  )
}

/** A TLS failure counts too: the certificate is not trusted, or the other side does not speak TLS. */
function isOfNetwork(code: string): boolean {
  return networkCodes.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')
}

function byStatus({ name, $metadata: { httpStatusCode: status = 0 } }: Thrown): readonly [ErrorCode, hint?: string] {
  if (status >= 500) return ['marketplace-failed']
  if (status === 401 || status === 403) return ['marketplace-denied', hints.denied]
  // `Unknown` is the SDK's name for an error response without a type, such as a proxy's HTML.
  return name === 'Unknown' ? ['marketplace-failed'] : ['internal']
}

function factsOf({ requestId, attempts }: Thrown['$metadata']): Details['facts'] & object {
  return {
    ...(requestId === undefined ? {} : { awsRequestId: requestId }),
    ...(attempts === undefined ? {} : { attempts }),
  }
}

function withoutToken(error: Thrown, token: string): Error {
  const clean = new Error(redact(error.message, token))
  clean.name = error.name
  clean.stack = redact(error.stack ?? '', token)
  return clean
}

/** The shortest part of a token that is removed, in characters. AWS's messages may quote a part of it. */
const shortest = 12

/** Removes every part of the token from the text, raw or percent-encoded, whatever stands before and after it. */
function redact(text: string, token: string): string {
  const parts = new Set([...partsOf(token), ...partsOf(encodeURIComponent(token))])
  let clean = ''
  let kept = 0
  for (let at = 0; at + shortest <= text.length; at += 1) {
    if (!parts.has(text.slice(at, at + shortest))) continue
    clean += `${text.slice(kept, at)}[token]`
    while (parts.has(text.slice(at + 1, at + 1 + shortest))) at += 1
    kept = at += shortest
    at -= 1
  }
  return clean + text.slice(kept)
}

function partsOf(token: string): readonly string[] {
  return Array.from({ length: Math.max(0, token.length - shortest + 1) }, (_, at) => token.slice(at, at + shortest))
}
