import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { callWithin } from './deadline.ts'
import { translate } from './exceptions.ts'
import { hints, notAllowed, type Action } from './hints.ts'

type Call<T> = {
  /** The IAM action that the call needs. */
  readonly action: Action
  /** The limit for the whole call, retries and credentials included. */
  readonly deadlineMs: number
  readonly answer: z.ZodType<T>
  /** Ends the call at once. The call then rejects. */
  readonly stop?: AbortSignal
}

type Output = { readonly $metadata: { readonly requestId?: string | undefined } }

/**
 * Makes one call to AWS other than ResolveCustomer. The call ends within its deadline, and its response is parsed. Rejects with
 * an `AppError`. If the call is not allowed, the hint names the IAM action.
 */
export async function call<T>(
  { action, deadlineMs, answer, stop }: Call<T>,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<Output>,
): Promise<T> {
  const startedAt = performance.now()
  try {
    return parsed(answer, await callWithin(deadlineMs, (abortSignal) => send({ abortSignal }), stop))
  } catch (error) {
    const durationMs = Math.round(performance.now() - startedAt)
    throw withoutBuyer(translate(error), action).with({ action, durationMs })
  }
}

function parsed<T>(answer: z.ZodType<T>, output: Output): T {
  const { success, data, error: cause } = answer.safeParse(output)
  if (success) return data
  throw new AppError('marketplace-failed', { cause, facts: { awsRequestId: output.$metadata.requestId ?? null } })
}

/** `translate` assumes a buyer's token. These calls send none, so its token codes are replaced. */
function withoutBuyer(failure: AppError, action: Action): AppError {
  const { code, details } = failure
  if (code === 'token-expired')
    return new AppError('marketplace-denied', { ...details, hint: hints.expiredCredentials })
  if (code === 'token-invalid') return new AppError('internal', details)
  return details.hint === hints.denied ? new AppError(code, { ...details, hint: notAllowed(action) }) : failure
}
