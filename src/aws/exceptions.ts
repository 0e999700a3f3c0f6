import { z } from 'zod'
import { AppError, descriptorsHint, isOutOfDescriptors, type Details, type ErrorCode } from '../errors.ts'
import { networkFailure, type NetworkFailure } from '../domain/network-failure.ts'
import { hints } from './hints.ts'
import { networkHint } from './network-hints.ts'

type Meaning = readonly [ErrorCode, hint?: string | undefined]

/**
 * The code for each exception. The first five are defined by ResolveCustomer, the others are common to AWS APIs.
 * Sources: API_marketplace-metering_ResolveCustomer.html and CommonErrors.html of the AWS Marketplace API Reference.
 */
const meanings: Readonly<Record<string, Meaning>> = {
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

  /** The response could not be parsed, for example the HTML of a proxy. */
  SyntaxError: ['marketplace-failed'],
}

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
 * Converts an error of the SDK into an `AppError`. The cause is a copy without the token, because AWS's messages may repeat the
 * token.
 */
export function translate(error: unknown, token = ''): AppError {
  if (error instanceof AppError) return error
  const seen = thrown.parse(error instanceof Error ? error : {})
  const [code, hint] = meaningOf(seen, networkFailure(error))
  const details: Details = { cause: withoutToken(seen, token), facts: factsOf(seen.$metadata) }
  return new AppError(code, hint === undefined ? details : { ...details, hint })
}

function meaningOf(error: Thrown, network: NetworkFailure | null): Meaning {
  if (error.name === 'ExpiredTokenException' && isAboutCredentials(error))
    return ['marketplace-denied', hints.expiredCredentials]
  if (isOutOfDescriptors(error.code)) return ['service-busy', descriptorsHint]
  if (network !== null) return ofNetwork(network)
  if (error.$metadata.httpStatusCode === 429) return ['marketplace-busy']
  return (Object.hasOwn(meanings, error.name) ? meanings[error.name] : undefined) ?? byStatus(error)
}

/** A response that is not HTTP, or whose headers or body are too large, comes from a failing AWS service or proxy. */
function ofNetwork(failure: NetworkFailure): Meaning {
  return failure.kind === 'unreadable'
    ? ['marketplace-failed']
    : ['marketplace-unreachable', networkHint(failure.kind) ?? undefined]
}

/**
 * When our own STS credentials have expired, the SDK throws the same class as for an expired registration token. It is about
 * the credentials if one of these is true: the type's namespace, HTTP 403, or the wording.
 */
function isAboutCredentials(error: Thrown): boolean {
  const types = [error.__type, error.code, error.Code, error.$response?.headers['x-amzn-errortype']]
  return (
    types.some((type) => typeof type === 'string' && type.startsWith('com.amazon.coral.')) ||
    error.$metadata.httpStatusCode === 403 ||
    /security token included in the request/i.test(error.message)
  )
}

function byStatus({ name, $metadata: { httpStatusCode: status = 0 } }: Thrown): Meaning {
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

/** A shorter string is not an AWS token and may be a part of ordinary text. */
const shortestToken = 12
/** Only letters, or none: a short token like this may be a word or a number of the text. */
const ordinary = /^(?:\p{L}*|\P{L}*)$/u

/** AWS's messages may contain a truncated token. A prefix of this length does not occur in ordinary text. */
const shortestBeginning = 32

/** Removes the token from the text: raw or percent-encoded, complete or truncated. Shorter parts may be ordinary text. */
function redact(text: string, token: string): string {
  if (token.length < shortestToken) return ordinary.test(token) ? text : redactWhole(text, token)
  const encoded = encodeURIComponent(token.toWellFormed())
  return [token, encoded, encoded.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase())].reduce(redactSpelling, text)
}

function redactWhole(text: string, token: string): string {
  const escaped = token.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  return text.replaceAll(new RegExp(String.raw`(?<!\w)${escaped}(?!\w)`, 'g'), '[token]')
}

/** Replaces the spelling, and each long prefix of it, with `[token]`. */
function redactSpelling(text: string, spelling: string): string {
  const beginning = spelling.slice(0, shortestBeginning)
  let clean = ''
  let end = 0
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, end)) {
    clean += `${text.slice(end, at)}[token]`
    end = at + beginning.length
    while (end < text.length && text[end] === spelling[end - at]) end += 1
  }
  return clean + text.slice(end)
}
