import type { Customer } from './customer.ts'

/** A stored registration that a landing may belong to. */
export type Candidate = {
  readonly productCode: string
  readonly awsAccountId: string
  readonly licenseArn: string | null
  readonly landedAt: Date
  /** Found by the token itself, which was resolved a short while ago. */
  readonly byToken: boolean
}

/** For how long a license that AWS names late completes the row that was made without one. */
const licenseMayFollowForMs = 24 * 60 * 60 * 1000

/** Which of the candidates this customer is; null for a new one. */
export function recognize<C extends Candidate>(candidates: readonly C[], customer: Customer, at: Date): C | null {
  const ofAccount = candidates.filter(
    ({ productCode, awsAccountId }) => productCode === customer.productCode && awsAccountId === customer.awsAccountId,
  )
  const withoutLicense = ofAccount.filter(({ licenseArn }) => licenseArn === null)
  const byToken = ({ byToken }: C): boolean => byToken
  if (customer.licenseArn === null) return ofAccount.find(byToken) ?? withoutLicense[0] ?? null

  const oldest = at.getTime() - licenseMayFollowForMs
  return (
    candidates.find(({ licenseArn }) => licenseArn === customer.licenseArn) ??
    withoutLicense.find(byToken) ??
    withoutLicense.find(({ landedAt }) => landedAt.getTime() >= oldest) ??
    null
  )
}
