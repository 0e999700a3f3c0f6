import type { MarketplaceMeteringClientConfig } from '@aws-sdk/client-marketplace-metering'

export type CredentialProvider = Extract<MarketplaceMeteringClientConfig['credentials'], (...args: never) => unknown>
type Credentials = Awaited<ReturnType<CredentialProvider>>

/** The same as in the SDK. */
const renewBeforeMs = 5 * 60_000
/** The pause between two attempts to renew, so that an outage of AWS STS does not cause a call for each buyer. */
const pauseMs = 10_000

/**
 * Keeps credentials until they expire. In the last five minutes they are renewed in the background. If that fails, the current
 * ones stay in use. The SDK itself would fail every call in these minutes although its credentials are still valid.
 */
export function keepUntilExpired(source: CredentialProvider, now: () => number = Date.now): CredentialProvider {
  let current: Credentials | null = null
  let renewing: Promise<Credentials> | null = null
  let triedAt = -Infinity

  const renew = (options: Parameters<CredentialProvider>[0]) => {
    triedAt = now()
    renewing ??= source(options)
      .then((renewed) => (current = renewed))
      .finally(() => (renewing = null))
    return renewing
  }

  return (options) => {
    const leftMs = current === null ? 0 : (current.expiration?.getTime() ?? Infinity) - now()
    if (current === null || leftMs <= 0) return renew(options)
    // A failure matters only if the credentials have expired.
    if (leftMs < renewBeforeMs && now() - triedAt >= pauseMs) renew(options).catch(() => undefined)
    return Promise.resolve(current)
  }
}
