import { AppError } from '../errors.ts'
import type { Customer } from './customer.ts'
import type { Registration } from './registration.ts'

/** A stored registration that a landing may belong to. */
export type Candidate = Pick<Registration, 'id' | 'productCode' | 'awsAccountId' | 'licenseArn' | 'landedAt'> & {
  /** Found by the token itself, which was resolved a short while ago. */
  readonly byToken: boolean
}

/** AWS may name a purchase's license in one answer and not in another: for so long after the first landing they are one. */
const licenseMayFollowForMs = 24 * 60 * 60 * 1000

/**
 * Which of the candidates this customer is; null for a new one. Throws `customer-mismatch` when the license is stored for
 * another account or product.
 */
export function findExisting(candidates: readonly Candidate[], customer: Customer, at: Date): Candidate | null {
  const { productCode, awsAccountId, licenseArn } = customer
  const ofAccount = candidates.filter(
    (candidate) => candidate.productCode === productCode && candidate.awsAccountId === awsAccountId,
  )
  const isRecent = ({ landedAt }: Candidate) => landedAt.getTime() >= at.getTime() - licenseMayFollowForMs
  const byToken = (candidate: Candidate) => candidate.byToken
  const withoutLicense = ofAccount.filter((candidate) => candidate.licenseArn === null)

  if (licenseArn === null) {
    const only = new Set(ofAccount.map(({ id }) => id)).size === 1 ? ofAccount.find(isRecent) : undefined
    return ofAccount.find(byToken) ?? withoutLicense[0] ?? only ?? null
  }
  const sameLicense = candidates.find((candidate) => candidate.licenseArn === licenseArn)
  if (sameLicense !== undefined && !ofAccount.includes(sameLicense)) throw mismatch(sameLicense, customer)
  return sameLicense ?? withoutLicense.find(byToken) ?? withoutLicense.find(isRecent) ?? null
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
