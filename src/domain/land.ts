import { hash as digest } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, asAppError } from '../errors.ts'
import type { Claims } from './customer.ts'
import { within } from './deadline.ts'
import type { Landed } from './events.ts'
import type { Redemptions } from './redemptions.ts'
import type { Registrations } from './registrations.ts'
import type { Resolution, ResolveCustomer } from './customer.ts'
import type { Registration } from './registration.ts'
import type { SealedAnswers } from './sealed-answer.ts'

/** How long a token that we redeemed counts as redeemed, whatever AWS says of it later. */
export const tokenMemoryMs = 15 * 60_000

/** A buyer who comes from AWS Marketplace. */
export type Arrival = {
  readonly token: string
  readonly claims: Claims
  /** What a Try again form brought of AWS's earlier answer. */
  readonly sealedAnswer: string | null
  /** Aborts when the time for the whole request is over. */
  readonly budget: AbortSignal
}

/**
 * Redeems the token at once, checks the product and records the buyer. Equal tokens under way share one call of
 * ResolveCustomer. Rejects with the `AppError` to show.
 */
export type Land = (arrival: Arrival) => Promise<Landed>

export type LandDeps = {
  readonly resolveCustomer: ResolveCustomer
  readonly registrations: Registrations
  readonly redemptions: Redemptions
  readonly sealedAnswers: SealedAnswers
  readonly productCodes: ReadonlySet<string>
  readonly now: () => Date
}

/** Between two looks for what another task records, in milliseconds. */
const lookAgainMs = 150

export function createLand(deps: LandDeps): Land {
  const { resolveCustomer, registrations, redemptions, sealedAnswers, productCodes, now } = deps
  const underWay = new Map<string, Promise<Resolution | AppError>>()

  return async (arrival) => {
    const hash = digest('sha256', arrival.token)
    const shared = underWay.get(hash) ?? answerTo(arrival, hash)
    underWay.set(hash, shared)
    try {
      return await landedAs(arrival, hash, await shared)
    } catch (error) {
      redemptions.forget(hash)
      throw asAppError(error).with({ tokenHash: shortened(hash) })
    } finally {
      underWay.delete(hash)
    }
  }

  async function landedAs(arrival: Arrival, hash: string, answer: Resolution | AppError): Promise<Landed> {
    const type = 'registration.landed'
    const tokenHash = shortened(hash)
    if (answer instanceof AppError) {
      const registration = await recall(answer, hash, arrival.budget)
      return { type, registration, tokenHash, resolution: null, refusal: answer.code }
    }
    const registration = await record(answer, hash, arrival)
    return { type, registration, tokenHash, resolution: answer, refusal: null }
  }

  async function answerTo({ token, sealedAnswer }: Arrival, hash: string): Promise<Resolution | AppError> {
    const opened = sealedAnswer === null ? null : sealedAnswers.open(token, sealedAnswer)
    return opened ?? (await redeem(token, hash))
  }

  /** AWS's answer, or its refusal, which our own record may yet overrule. */
  async function redeem(token: string, hash: string): Promise<Resolution | AppError> {
    redemptions.note(hash)
    const resolution = await resolveCustomer(token).catch(asAppError)
    if (resolution instanceof AppError) redemptions.forget(hash)
    return resolution
  }

  async function record(resolution: Resolution, tokenHash: string, arrival: Arrival): Promise<Registration> {
    const { customer } = resolution
    if (!productCodes.has(customer.productCode)) throw new AppError('product-unknown', { facts: factsOf(resolution) })
    const landing = { tokenHash, customer, claims: arrival.claims, at: now() }
    try {
      return await within(arrival.budget, registrations.recordLanding(landing))
    } catch (error) {
      const answer = sealedAnswers.seal(arrival.token, resolution)
      throw asAppError(error).with(factsOf(resolution)).carrying({ answer })
    }
  }

  /** The registration that this token was redeemed for: recorded already, or about to be by another task. Else the refusal stands. */
  async function recall(refusal: AppError, hash: string, budget: AbortSignal): Promise<Registration> {
    for (let look = 1; ; look++) {
      const at = now()
      const since = new Date(at.getTime() - tokenMemoryMs)
      const registration = await within(budget, registrations.landAgain(hash, since, at))
      if (registration !== null) return registration
      if (refusal.code !== 'token-expired') throw refusal
      // The second look is for a task whose note is just being written.
      if (look > 1 && !(await within(budget, redemptions.isNotedElsewhere(hash)))) throw refusal
      await pause(lookAgainMs, undefined, { signal: budget }).catch(() => {
        throw refusal
      })
    }
  }
}

/** Enough to find a token in a log. */
function shortened(hash: string): string {
  return hash.slice(0, 16)
}

function factsOf({ customer, awsRequestId, attempts, durationMs }: Resolution) {
  const { productCode, awsAccountId, licenseArn } = customer
  return { productCode, customerAwsAccountId: awsAccountId, licenseArn, awsRequestId, attempts, durationMs }
}
