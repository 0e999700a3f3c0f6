import { AppError } from '../../src/errors.ts'

/** The `AppError` that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<AppError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  )
  if (outcome instanceof AppError) return outcome
  throw new Error('It did not fail with an AppError', { cause: outcome })
}
