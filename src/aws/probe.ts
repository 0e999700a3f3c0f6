import { randomBytes } from 'node:crypto'
import { asAppError, type AppError } from '../errors.ts'
import type { ResolveCustomer } from '../domain/customer.ts'

/** AWS Marketplace did not issue this token, so resolving it changes nothing. Random, so that it occurs in no other text. */
const impossibleToken = randomBytes(48).toString('base64url')

/**
 * Tests ResolveCustomer with a token that cannot be valid. If AWS responds that it is invalid, then credentials, permission,
 * Region and network are correct, and this resolves with null. Otherwise it resolves with the failure that buyers would see.
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
