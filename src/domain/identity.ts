import type { Customer } from './customer.ts'
import type { Registration } from './registration.ts'

/** A stored registration that a landing may belong to. */
export type Candidate = {
  readonly registration: Registration
  /** Found by the token itself, which was resolved a short while ago. */
  readonly byToken: boolean
}

/** For how long a license that AWS names late completes the row that was made without one. */
const licenseMayFollowForMs = 24 * 60 * 60 * 1000

/** Which of the candidates this customer is; null for a new one. */
export function findExisting(candidates: readonly Candidate[], customer: Customer, at: Date): Registration | null {
  const { productCode, awsAccountId, licenseArn } = customer
  const ofAccount = candidates.filter(
    ({ registration }) => registration.productCode === productCode && registration.awsAccountId === awsAccountId,
  )
  const withoutLicense = ofAccount.filter(({ registration }) => registration.licenseArn === null)
  const found = licenseArn === null ? unlicensed(ofAccount, withoutLicense) : licensed()
  return found?.registration ?? null

  function licensed(): Candidate | undefined {
    const oldest = at.getTime() - licenseMayFollowForMs
    return (
      candidates.find(({ registration }) => registration.licenseArn === licenseArn) ??
      withoutLicense.find(({ byToken }) => byToken) ??
      withoutLicense.find(({ registration }) => registration.landedAt.getTime() >= oldest)
    )
  }
}

function unlicensed(ofAccount: readonly Candidate[], withoutLicense: readonly Candidate[]): Candidate | undefined {
  return ofAccount.find(({ byToken }) => byToken) ?? withoutLicense[0]
}
