import type { MarketplaceMeteringClientConfig } from '@aws-sdk/client-marketplace-metering'

export type CredentialProvider = Extract<MarketplaceMeteringClientConfig['credentials'], (...args: never) => unknown>
type Credentials = Awaited<ReturnType<CredentialProvider>>

/** From five minutes before their end, as in the SDK. */
const renewBeforeMs = 5 * 60_000
/** Between two attempts to renew, so that an outage of AWS STS is not answered with a call for each buyer. */
const pauseMs = 10_000

/**
 * Keeps credentials until they have truly expired: near their end they are renewed beside the calls, and when that fails the
 * present ones stay in use. The SDK alone fails every call of those five minutes, although its credentials are still good.
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
    // A failure is told when the credentials have expired: until then nobody is affected.
    if (leftMs < renewBeforeMs && now() - triedAt >= pauseMs) renew(options).catch(() => undefined)
    return Promise.resolve(current)
  }
}
