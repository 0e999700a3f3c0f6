import { hash as digest } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, asAppError } from '../errors.ts'
import type { Claims, Resolution, ResolveCustomer } from './customer.ts'
import { within } from './deadline.ts'
import type { Landed } from './events.ts'
import type { Products } from './product.ts'
import type { Registration } from './registration.ts'
import { tokenMemoryMs, type Registrations } from './registrations.ts'
import type { SealedAnswers } from './sealed-answer.ts'

/** The request of a buyer who comes from AWS Marketplace. */
export type Arrival = {
  readonly token: string
  readonly claims: Claims
  /** AWS's earlier response, from a Try again form. */
  readonly sealedAnswer: string | null
  /** Aborts at the deadline of the request. */
  readonly budget: AbortSignal
}

/**
 * Resolves the token, checks the product and records the buyer. Concurrent landings with the same token share one call to
 * ResolveCustomer. Rejects with the `AppError` to show.
 */
export type Land = (arrival: Arrival) => Promise<Landed>

type LandDeps = {
  readonly resolveCustomer: ResolveCustomer
  readonly registrations: Pick<Registrations, 'recordLanding' | 'landAgain'>
  readonly sealedAnswers: SealedAnswers
  readonly products: Pick<Products, 'find'>
  readonly now: () => Date
}

/** Lookups of an expired token, because another instance may be recording it. 11 lookups take 1.5 seconds. */
const looks = 11
const lookAgainMs = 150

export function createLand(deps: LandDeps): Land {
  const { resolveCustomer, registrations, sealedAnswers, products, now } = deps
  const inFlight = new Map<string, Promise<Resolution | AppError>>()

  return async (arrival) => {
    const tokenHash = digest('sha256', arrival.token)
    const shared = inFlight.get(tokenHash) ?? answerTo(arrival)
    inFlight.set(tokenHash, shared)
    try {
      return await landedAs(arrival, tokenHash, await shared)
    } catch (error) {
      throw asAppError(error).with({ tokenHash: shortened(tokenHash) })
    } finally {
      inFlight.delete(tokenHash)
    }
  }

  async function landedAs(arrival: Arrival, hash: string, answer: Resolution | AppError): Promise<Landed> {
    const type = 'registration.landed'
    const tokenHash = shortened(hash)
    if (answer instanceof AppError) {
      const registration = await recall(answer, hash, arrival.budget)
      return { type, registration, tokenHash, resolution: null, failure: answer.code }
    }
    const registration = await record(answer, hash, arrival)
    return { type, registration, tokenHash, resolution: answer, failure: null }
  }

  /** AWS's response, sealed in the form or from a call; or its failure. */
  async function answerTo({ token, sealedAnswer }: Arrival): Promise<Resolution | AppError> {
    const opened = sealedAnswer === null ? null : sealedAnswers.open(token, sealedAnswer)
    return opened ?? (await resolveCustomer(token).catch(asAppError))
  }

  async function record(resolution: Resolution, tokenHash: string, arrival: Arrival): Promise<Registration> {
    const { customer } = resolution
    const facts = resolutionFacts(resolution)
    if (products.find(customer.productCode) === null) throw new AppError('product-unknown', { facts })
    const landing = { tokenHash, customer, claims: arrival.claims, at: now() }
    try {
      return await within(arrival.budget, registrations.recordLanding(landing))
    } catch (error) {
      const answer = sealedAnswers.seal(arrival.token, resolution)
      throw asAppError(error).with(facts).carrying({ answer })
    }
  }

  /** The registration that this token was resolved to earlier. Throws AWS's failure if there is none, or if the token is invalid. */
  async function recall(failure: AppError, tokenHash: string, budget: AbortSignal): Promise<Registration> {
    if (failure.code === 'token-invalid') throw failure
    for (let look = 1; ; look++) {
      const at = now()
      const since = new Date(at.getTime() - tokenMemoryMs)
      const registration = await within(budget, registrations.landAgain(tokenHash, since, at))
      if (registration !== null) return registration
      if (failure.code !== 'token-expired' || look === looks) throw failure
      await pause(lookAgainMs, undefined, { signal: budget }).catch(() => {
        throw failure
      })
    }
  }
}

/** Enough to find a token in a log. */
function shortened(hash: string): string {
  return hash.slice(0, 16)
}

function resolutionFacts({ customer, awsRequestId, attempts, durationMs }: Resolution) {
  const { productCode, awsAccountId, licenseArn } = customer
  return { productCode, customerAwsAccountId: awsAccountId, licenseArn, awsRequestId, attempts, durationMs }
}
