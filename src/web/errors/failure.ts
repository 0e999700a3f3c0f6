import { z } from 'zod'
import { AppError, asAppError, descriptorsHint, isOutOfDescriptors } from '../../errors.ts'

/** Errors of Express and its parsers for a bad request. Their messages may contain the body, so only the type is logged. */
const badRequest = z.object({ status: z.number().min(400).max(499), type: z.string().optional(), name: z.string() })

/** Converts any error into the `AppError` for the response and the log line. */
export function failureOf(error: unknown): AppError {
  if (error instanceof Error && 'code' in error && isOutOfDescriptors(error.code))
    return new AppError('service-busy', { cause: error, hint: descriptorsHint })
  const { success, data } = badRequest.safeParse(error)
  if (error instanceof AppError || !success) return asAppError(error)
  const status = data.status === 413 || data.status === 415 ? data.status : 400
  return new AppError('request-unreadable', { status, facts: { reason: data.type ?? data.name } })
}

/** Name, message and stack of an error and its cause. No other fields, because those of a database error contain row values. */
export function described(cause: unknown): object | undefined {
  if (cause === undefined || cause === null) return undefined
  if (!(cause instanceof Error)) return { message: typeof cause === 'string' ? cause : 'not an error' }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  const { name, message, stack } = cause
  return { name, message, code, stack: stack?.split('\n', longestStack), cause: described(cause.cause) }
}

/** In lines. */
const longestStack = 50
