import { randomBytes } from 'node:crypto'
import { asAppError, type AppError } from '../errors.ts'
import type { ResolveCustomer } from '../domain/customer.ts'

/** AWS Marketplace issued no such token, so resolving it changes nothing there. Random, so that it is no part of other text. */
const impossibleToken = randomBytes(48).toString('base64url')

/**
 * Tests whether ResolveCustomer would work for a buyer, by sending a token that cannot be valid. When AWS answers that it is
 * invalid, credentials, permission, Region and network are right. Resolves with null then, else with the failure that buyers would see.
 */
export async function probe(resolveCustomer: ResolveCustomer): Promise<AppError | null> {
  try {
    await resolveCustomer(impossibleToken)
    return null
  } catch (error) {
    const failure = asAppError(error)
    return failure.code === 'token-invalid' || failure.code === 'token-expired' ? null : failure
  }
}
