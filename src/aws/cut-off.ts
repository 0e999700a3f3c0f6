import { AsyncLocalStorage } from 'node:async_hooks'
import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering'

const signals = new AsyncLocalStorage<AbortSignal>()

/** Runs a call of the client whose requests are cut off when the signal aborts. */
export function cutOffBy<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  return signals.run(signal, call)
}

/**
 * Makes the client's requests heed `cutOffBy`. The SDK takes a signal with each call as well, but then builds its middleware
 * anew each time, `cacheMiddleware` or not, which is a tenth of what a call costs.
 */
export function heedCutOff(client: MarketplaceMeteringClient): MarketplaceMeteringClient {
  const { requestHandler } = client.config
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = (request, options) => {
    const abortSignal = signals.getStore()
    return handle(request, abortSignal === undefined ? options : { ...options, abortSignal })
  }
  return client
}
