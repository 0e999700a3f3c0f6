import type { Customer } from './customer.ts'
import type { Registration } from './registration.ts'

/** A stored registration that a landing may belong to. */
export type Candidate = Pick<Registration, 'id' | 'productCode' | 'awsAccountId' | 'licenseArn' | 'landedAt'> & {
  /** Found by the token itself, which was resolved a short while ago. */
  readonly byToken: boolean
}

/** For how long a license that AWS names late completes the row that was made without one. */
const licenseMayFollowForMs = 24 * 60 * 60 * 1000

/** Which of the candidates this customer is; null for a new one. */
export function findExisting(candidates: readonly Candidate[], customer: Customer, at: Date): Candidate | null {
  const { productCode, awsAccountId, licenseArn } = customer
  const ofAccount = candidates.filter(
    (candidate) => candidate.productCode === productCode && candidate.awsAccountId === awsAccountId,
  )
  const withoutLicense = ofAccount.filter((candidate) => candidate.licenseArn === null)
  if (licenseArn === null) return ofAccount.find(({ byToken }) => byToken) ?? withoutLicense[0] ?? null
  const oldest = at.getTime() - licenseMayFollowForMs
  return (
    candidates.find((candidate) => candidate.licenseArn === licenseArn) ??
    withoutLicense.find(({ byToken }) => byToken) ??
    withoutLicense.find(({ landedAt }) => landedAt.getTime() >= oldest) ??
    null
  )
}
