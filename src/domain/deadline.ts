import { AppError } from '../errors.ts'

/** Returns the result of the work. Rejects with `store-unavailable` at the request's deadline; the work itself continues. */
export async function within<T>(budget: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const spent = () => {
    reject(new AppError('store-unavailable', { cause: new Error('REQUEST_DEADLINE_MS is over') }))
  }
  if (budget.aborted) spent()
  budget.addEventListener('abort', spent, { once: true })
  try {
    return await Promise.race([work, late])
  } finally {
    budget.removeEventListener('abort', spent)
  }
}
