/**
 * Why an attempt failed, by names and codes alone: messages may repeat an address or a URL with a secret in it. The innermost
 * cause knows best.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (error.cause instanceof Error) return reasonOf(error.cause)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
