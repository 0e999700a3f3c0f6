import { StandardRetryStrategy } from '@smithy/core/retry'

type Strategy = Pick<
  StandardRetryStrategy,
  'mode' | 'acquireInitialRetryToken' | 'refreshRetryTokenForRetry' | 'recordSuccess'
>
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>

/**
 * AWS's standard strategy, for each call by itself. The SDK shares one quota between all calls of a client, which an outage of
 * a minute uses up and only hundreds of successes fill again: until then no buyer's call would have a second attempt. What
 * bounds ours is the deadline and the number of calls in flight.
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
