import { AppError } from '../errors.ts'
import type { Customer } from './customer.ts'
import type { Registration } from './registration.ts'

/** A stored registration that a landing may belong to. */
export type Candidate = Registration & {
  /** True if the token was resolved to this registration less than 15 minutes ago. */
  readonly byToken: boolean
  /** True if the token was ever resolved to this registration. */
  readonly hadToken: boolean
}

/** AWS may return the license of a purchase in one response and not in another. Within this window they count as one purchase. */
const licenseMayFollowForMs = 24 * 60 * 60 * 1000

/**
 * Selects the candidate that belongs to this customer; null for a new customer. Throws `customer-mismatch` if the license is stored
 * for another account or product.
 */
export function findExisting(candidates: readonly Candidate[], customer: Customer, at: Date): Candidate | null {
  const { licenseArn } = customer
  const ofAccount = candidates.filter(isOfAccount(customer))
  const isRecent = ({ landedAt }: Candidate) => landedAt.getTime() >= at.getTime() - licenseMayFollowForMs
  const byToken = (candidate: Candidate) => candidate.byToken
  const withoutLicense = ofAccount.filter((candidate) => candidate.licenseArn === null)

  if (licenseArn === null) {
    const only = ofAccount.length === 1 ? ofAccount.find(isRecent) : undefined
    return ofAccount.find(byToken) ?? withoutLicense[0] ?? only ?? null
  }
  const sameLicense = candidates.find((candidate) => candidate.licenseArn === licenseArn)
  if (sameLicense !== undefined && !ofAccount.includes(sameLicense)) throw mismatch(sameLicense, customer)
  return sameLicense ?? withoutLicense.find(byToken) ?? withoutLicense.find(isRecent) ?? null
}

/** True if a registration is for this product and account. */
export function isOfAccount({ productCode, awsAccountId }: Customer): (registration: Customer) => boolean {
  return (registration) => registration.productCode === productCode && registration.awsAccountId === awsAccountId
}

function mismatch(stored: Candidate, { productCode, awsAccountId, licenseArn }: Customer): AppError {
  return new AppError('customer-mismatch', {
    facts: {
      productCode,
      customerAwsAccountId: awsAccountId,
      licenseArn,
      registrationId: stored.id,
      storedProductCode: stored.productCode,
      storedAwsAccountId: stored.awsAccountId,
    },
  })
}
