import { hash as digest } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, asAppError } from '../errors.ts'
import type { Claims } from './customer.ts'
import type { Landed } from './events.ts'
import type { Registrations, Resolution, ResolveCustomer } from './ports.ts'
import type { Registration } from './registration.ts'

/** How long a token that we redeemed counts as redeemed, whatever AWS says of it later. */
export const tokenMemoryMs = 15 * 60_000

/** A buyer who comes from AWS Marketplace. */
export type Arrival = { readonly token: string; readonly claims: Claims }

/**
 * Redeems the token at once, checks the product and records the buyer. Equal tokens under way share one call of
 * ResolveCustomer. Rejects with the `AppError` to show.
 */
export type Land = (arrival: Arrival) => Promise<Landed>

export type LandDeps = {
  readonly resolveCustomer: ResolveCustomer
  readonly registrations: Registrations
  readonly productCodes: ReadonlySet<string>
  readonly now: () => Date
}

/**
 * A token that AWS calls expired may just have been redeemed by another task, which is about to record it (a double click).
 * These waits between looks, in milliseconds, give that task the time.
 */
const secondLooksMs = [150, 350]

export function createLand({ resolveCustomer, registrations, productCodes, now }: LandDeps): Land {
  const underWay = new Map<string, Promise<Resolution | AppError>>()
  const unrecorded = createShortMemory<Resolution>(now)

  return async (arrival) => {
    const hash = digest('sha256', arrival.token)
    const tokenHash = hash.slice(0, 16)
    const type = 'registration.landed'
    try {
      const resolution = unrecorded.get(hash) ?? (await redeemOnce(arrival.token, hash))
      if (resolution instanceof AppError) {
        const registration = await recall(resolution, hash)
        return { type, registration, tokenHash, resolution: null, refusal: resolution.code }
      }
      const registration = await record(resolution, hash, arrival.claims)
      return { type, registration, tokenHash, resolution, refusal: null }
    } catch (error) {
      throw asAppError(error).with({ tokenHash })
    }
  }

  function redeemOnce(token: string, hash: string): Promise<Resolution | AppError> {
    const redeemed = underWay.get(hash) ?? redeem(token, hash).finally(() => underWay.delete(hash))
    underWay.set(hash, redeemed)
    return redeemed
  }

  /** AWS's answer, or its refusal, which our own record may yet overrule. */
  async function redeem(token: string, hash: string): Promise<Resolution | AppError> {
    const resolution = await resolveCustomer(token).catch(asAppError)
    if (resolution instanceof AppError) return resolution
    if (!productCodes.has(resolution.customer.productCode))
      throw new AppError('product-unknown', { facts: factsOf(resolution) })
    unrecorded.set(hash, resolution)
    return resolution
  }

  async function record(resolution: Resolution, tokenHash: string, claims: Claims): Promise<Registration> {
    const { customer } = resolution
    try {
      const registration = await registrations.recordLanding({ tokenHash, customer, claims, at: now() })
      unrecorded.delete(tokenHash)
      return registration
    } catch (error) {
      throw asAppError(error).with(factsOf(resolution))
    }
  }

  async function recall(refusal: AppError, hash: string): Promise<Registration> {
    const waits = refusal.code === 'token-expired' ? [0, ...secondLooksMs] : [0]
    for (const ms of waits) {
      if (ms > 0) await pause(ms)
      const at = now()
      const registration = await registrations.landAgain(hash, new Date(at.getTime() - tokenMemoryMs), at)
      if (registration !== null) return registration
    }
    throw refusal
  }
}

function factsOf({ customer, awsRequestId, attempts, durationMs }: Resolution) {
  const { productCode, awsAccountId, licenseArn } = customer
  return { productCode, customerAwsAccountId: awsAccountId, licenseArn, awsRequestId, attempts, durationMs }
}

/**
 * What AWS answered and is not stored yet: Try again works without AWS, even for a token that it redeems only once. The newest
 * thousand, for as long as a token is remembered.
 */
function createShortMemory<T>(now: () => Date) {
  const kept = new Map<string, { readonly value: T; readonly until: number }>()
  return {
    get(key: string): T | null {
      const entry = kept.get(key)
      return entry !== undefined && entry.until > now().getTime() ? entry.value : null
    },
    set(key: string, value: T): void {
      const oldest = kept.size < 1_000 ? undefined : kept.keys().next().value
      if (oldest !== undefined) kept.delete(oldest)
      kept.set(key, { value, until: now().getTime() + tokenMemoryMs })
    },
    delete: (key: string) => kept.delete(key),
  }
}
