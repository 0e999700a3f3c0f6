import { randomBytes, randomInt } from 'node:crypto'

/** The buyer of a token, as ResolveCustomer answers. */
export type SimulatedCustomer = {
  /** 12 digits, sometimes with leading zeros, as at AWS. */
  readonly awsAccountId: string
  readonly productCode: string
  readonly licenseArn: string | null
  /** Empty or absent (null) for products listed since July 2026. */
  readonly customerIdentifier: string | null
}

// An account of AWS Marketplace issues the licenses. It is never the buyer's account.
const licenseIssuer = '294406891311'

export function newAccountId(): string {
  const digits = randomInt(10 ** 8).toString()
  return randomInt(5) === 0 ? digits.padStart(12, '0') : randomInt(1000, 10_000).toString() + digits.padStart(8, '0')
}

export function licenseArn(hex: string): string {
  return `arn:aws:license-manager::${licenseIssuer}:license:l-${hex}`
}

export function newLicenseArn(): string {
  return licenseArn(randomBytes(16).toString('hex'))
}

/** Lower-case letters and digits, as in the ids of AWS Marketplace. */
export function randomId(length: number): string {
  let id = ''
  while (id.length < length) id += randomInt(36 ** 6).toString(36)
  return id.slice(0, length)
}
