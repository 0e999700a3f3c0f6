import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { Claims } from './customer.ts'
import type { Registrations, Resolution, ResolveCustomer } from './ports.ts'
import type { Registration } from './registration.ts'

/** How long a token that we redeemed counts as redeemed, whatever AWS says of it later. */
export const tokenMemoryMs = 15 * 60_000

export type Landing = {
  readonly registration: Registration
  /** The first 16 hex digits of the token's SHA-256: enough to find it in a log. */
  readonly tokenHash: string
  /** What AWS answered to this landing; null when it refused and we remembered the token instead. */
  readonly resolution: Omit<Resolution, 'customer'> | null
  /** Why AWS refused, when it did. */
  readonly refusal: ErrorCode | null
}

/**
 * Redeems the token at once, checks the product and records the buyer. Equal tokens under way share one call. Rejects with
 * the `AppError` to show.
 */
export type Land = (token: string, claims: Claims) => Promise<Landing>

export type LandingDeps = {
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

export function createLand({ resolveCustomer, registrations, productCodes, now }: LandingDeps): Land {
  const underWay = new Map<string, Promise<Landing>>()
  const unrecorded = createShortMemory<Resolution>(now)

  return (token, claims) => {
    const hash = createHash('sha256').update(token).digest('hex')
    const landing = underWay.get(hash) ?? land(token, hash, claims).finally(() => underWay.delete(hash))
    underWay.set(hash, landing)
    return landing
  }

  async function land(token: string, hash: string, claims: Claims): Promise<Landing> {
    try {
      return await redeem(token, hash, claims)
    } catch (error) {
      throw asAppError(error).with({ tokenHash: hash.slice(0, 16) })
    }
  }

  async function redeem(token: string, hash: string, claims: Claims): Promise<Landing> {
    const tokenHash = hash.slice(0, 16)
    let resolution: Resolution
    try {
      resolution = await resolveCustomer(token)
    } catch (error) {
      const refusal = asAppError(error)
      const forgotten = unrecorded.get(hash)
      const registration = forgotten === null ? await recall(hash, refusal.code) : await record(forgotten, hash, claims)
      if (registration === null) throw refusal
      return { registration, tokenHash, resolution: null, refusal: refusal.code }
    }
    const registration = await record(resolution, hash, claims)
    return { registration, tokenHash, resolution, refusal: null }
  }

  async function record(resolution: Resolution, tokenHash: string, claims: Claims): Promise<Registration> {
    const { customer, awsRequestId, attempts, durationMs } = resolution
    const { productCode, awsAccountId, licenseArn } = customer
    const facts = { productCode, customerAwsAccountId: awsAccountId, licenseArn, awsRequestId, attempts, durationMs }
    if (!productCodes.has(productCode)) throw new AppError('product-unknown', { facts })
    unrecorded.set(tokenHash, resolution)
    try {
      const registration = await registrations.recordLanding({ tokenHash, customer, claims, at: now() })
      unrecorded.delete(tokenHash)
      return registration
    } catch (error) {
      throw asAppError(error).with(facts)
    }
  }

  async function recall(hash: string, refusal: ErrorCode): Promise<Registration | null> {
    const waits = refusal === 'token-expired' ? [0, ...secondLooksMs] : [0]
    for (const ms of waits) {
      if (ms > 0) await pause(ms)
      const at = now()
      const registration = await registrations.landAgain(hash, new Date(at.getTime() - tokenMemoryMs), at)
      if (registration !== null) return registration
    }
    return null
  }
}

/**
 * What AWS answered while the store was down, so that Try again works even for a token that AWS redeems only once. The
 * newest thousand, for as long as a token is remembered.
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
