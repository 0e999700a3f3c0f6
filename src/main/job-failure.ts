import { asAppError } from '../errors.ts'

/** What the log has of a background job's run that failed: what happened, and what to change where the setup is at fault. */
export function jobFailure(job: string, error: unknown) {
  const { code, details } = asAppError(error)
  const { cause = error, hint, facts } = details
  return { job, code, ...facts, hint, cause: String(cause) }
}
