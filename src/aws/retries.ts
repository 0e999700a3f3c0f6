import { StandardRetryStrategy } from '@smithy/core/retry'

type Strategy = Pick<
  StandardRetryStrategy,
  'mode' | 'acquireInitialRetryToken' | 'refreshRetryTokenForRetry' | 'recordSuccess'
>
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>

/**
 * AWS's standard retries, with a separate quota for each call. The SDK shares one quota among all calls of a client: an outage of
 * one minute uses it up, and only hundreds of successful calls refill it. Until then no buyer's call would be retried. The
 * deadline and the limit of concurrent calls bound the retries instead.
 */
export function createRetries(maxAttempts: () => Promise<number>): Strategy {
  const strategies = new WeakMap<Token, StandardRetryStrategy>()
  return {
    mode: new StandardRetryStrategy(maxAttempts).mode,
    acquireInitialRetryToken: async (scope) => {
      const strategy = new StandardRetryStrategy(maxAttempts)
      const token = await strategy.acquireInitialRetryToken(scope)
      strategies.set(token, strategy)
      return token
    },
    refreshRetryTokenForRetry: async (token, error) => {
      const strategy = strategies.get(token) ?? new StandardRetryStrategy(maxAttempts)
      const next = await strategy.refreshRetryTokenForRetry(token, error)
      strategies.set(next, strategy)
      return next
    },
    recordSuccess: () => undefined,
  }
}
