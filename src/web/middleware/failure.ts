import { z } from 'zod'
import { AppError, asAppError, descriptorsHint, isOutOfDescriptors } from '../../errors.ts'

/** What Express and its parsers throw for a bad request. Any other error that is not an `AppError` is our own fault. */
const requestFault = z.object({ status: z.number().min(400).max(499), message: z.string() })

/** Turns whatever was thrown into the `AppError` that the page and the log line report. */
export function failureOf(error: unknown): AppError {
  if (error instanceof Error && 'code' in error && isOutOfDescriptors(error.code))
    return new AppError('service-busy', { cause: error, hint: descriptorsHint })
  const { success, data } = requestFault.safeParse(error)
  if (error instanceof AppError || !success) return asAppError(error)
  const status = data.status === 413 || data.status === 415 ? data.status : 400
  return new AppError('request-unreadable', { status, facts: { reason: data.message } })
}
