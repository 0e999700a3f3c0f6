import { hash as digest } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { Claims } from './customer.ts'
import type { Registrations, Resolution, ResolveCustomer, VisitOf } from './ports.ts'
import type { Registration } from './registration.ts'

/** How long a token that we redeemed counts as redeemed, whatever AWS says of it later. */
export const tokenMemoryMs = 15 * 60_000

/** A buyer at our door. */
export type Arrival = {
  readonly token: string
  readonly claims: Claims
  /** Opens the buyer's visit. Called when it is known who bought: nothing slow stands before the redeeming. */
  readonly openVisit: () => Promise<VisitOf>
}

export type Landing = {
  readonly registration: Registration
  /** The first 16 hex digits of the token's SHA-256: enough to find it in a log. */
  readonly tokenHash: string
  /** What AWS answered, now or a while ago; null when only our record remembers the token. */
  readonly resolution: Omit<Resolution, 'customer'> | null
  /** Why AWS refused this time, when it did. */
  readonly refusal: ErrorCode | null
}

/**
 * Redeems the token at once, checks the product and records the buyer, with the visit. Equal tokens under way share one call
 * of ResolveCustomer. Rejects with the `AppError` to show.
 */
export type Land = (arrival: Arrival) => Promise<Landing>

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

/** AWS's answer, or its refusal; both when it refuses a token whose answer we still have. */
type Redeemed =
  | { readonly resolution: Resolution; readonly refusal: AppError | null }
  | { readonly resolution: null; readonly refusal: AppError }

export function createLand({ resolveCustomer, registrations, productCodes, now }: LandingDeps): Land {
  const underWay = new Map<string, Promise<Redeemed>>()
  const unrecorded = createShortMemory<Resolution>(now)

  return async (arrival) => {
    const hash = digest('sha256', arrival.token)
    const tokenHash = hash.slice(0, 16)
    try {
      const { resolution, refusal } = await redeemOnce(arrival.token, hash)
      const registration =
        resolution === null ? await recall(refusal, hash, arrival) : await record(resolution, hash, arrival)
      return { registration, tokenHash, resolution, refusal: refusal?.code ?? null }
    } catch (error) {
      throw asAppError(error).with({ tokenHash })
    }
  }

  function redeemOnce(token: string, hash: string): Promise<Redeemed> {
    const redeemed = underWay.get(hash) ?? redeem(token, hash).finally(() => underWay.delete(hash))
    underWay.set(hash, redeemed)
    return redeemed
  }

  async function redeem(token: string, hash: string): Promise<Redeemed> {
    let resolution: Resolution
    try {
      resolution = await resolveCustomer(token)
    } catch (error) {
      return { resolution: unrecorded.get(hash), refusal: asAppError(error) }
    }
    if (!productCodes.has(resolution.customer.productCode))
      throw new AppError('product-unknown', { facts: factsOf(resolution) })
    unrecorded.set(hash, resolution)
    return { resolution, refusal: null }
  }

  async function record(resolution: Resolution, tokenHash: string, arrival: Arrival): Promise<Registration> {
    const { customer } = resolution
    try {
      const visitOf = await arrival.openVisit()
      const landing = { tokenHash, customer, claims: arrival.claims, at: now() }
      const registration = await registrations.recordLanding(landing, visitOf)
      unrecorded.delete(tokenHash)
      return registration
    } catch (error) {
      throw asAppError(error).with(factsOf(resolution))
    }
  }

  async function recall(refusal: AppError, hash: string, arrival: Arrival): Promise<Registration> {
    const waits = refusal.code === 'token-expired' ? [0, ...secondLooksMs] : [0]
    for (const ms of waits) {
      if (ms > 0) await pause(ms)
      const at = now()
      const registration = await registrations.landAgain(hash, new Date(at.getTime() - tokenMemoryMs), at)
      if (registration === null) continue
      await arrival.openVisit()
      return registration
    }
    throw refusal
  }
}

function factsOf({ customer, awsRequestId, attempts, durationMs }: Resolution) {
  const { productCode, awsAccountId, licenseArn } = customer
  return { productCode, customerAwsAccountId: awsAccountId, licenseArn, awsRequestId, attempts, durationMs }
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
