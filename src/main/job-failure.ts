import { asAppError } from '../errors.ts'

/** The fields of a log line for a failed run of a background job. */
export function jobFailure(job: string, error: unknown) {
  const { code, details } = asAppError(error)
  const { cause = error, hint, facts } = details
  return { job, code, ...facts, hint, cause: String(cause) }
}
