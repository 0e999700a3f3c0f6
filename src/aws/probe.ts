import { asAppError, type AppError } from '../errors.ts'
import type { ResolveCustomer } from '../domain/ports.ts'

/** AWS Marketplace issued no such token, so redeeming it changes nothing there. */
const impossibleToken = 'marketplace-landing-dry-check'

/**
 * Whether ResolveCustomer would work for a buyer, found out with a token that cannot be valid: that AWS calls it invalid proves
 * credentials, permission, Region and network. Null when all is well, else the failure that buyers would meet.
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
