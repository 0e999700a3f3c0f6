import { AppError } from '../errors.ts'

/**
 * Makes a call that ends within the deadline, or when `stop` is aborted: it then rejects with `marketplace-unreachable`. The SDK has
 * no time limit of its own, and an abort does not interrupt the pause between two attempts.
 */
export async function callWithin<T>(
  deadlineMs: number,
  call: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  const abort = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (why: string) => {
    reject(new AppError('marketplace-unreachable', { cause: new Error(why) }))
    abort.abort()
  }
  const timer = setTimeout(end, deadlineMs, `No response from AWS within ${String(deadlineMs)} ms`)
  const onStop = () => {
    end('Stopped')
  }
  stop?.addEventListener('abort', onStop)
  if (stop?.aborted) onStop()
  try {
    return await Promise.race([call(abort.signal), ended])
  } finally {
    clearTimeout(timer)
    stop?.removeEventListener('abort', onStop)
  }
}
