import { randomBytes, randomInt } from 'node:crypto'

/** Who a token stands for: what ResolveCustomer will answer. */
export type SimulatedCustomer = {
  /** 12 digits, sometimes with leading zeros, as in life. */
  readonly awsAccountId: string
  readonly productCode: string
  readonly licenseArn: string | null
  /** For products listed since July 2026 empty, or not there at all (null). */
  readonly customerIdentifier: string | null
}

// Licenses are issued from an account of AWS Marketplace, never from the buyer's.
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

/** Lower-case letters and digits, as in the ids that AWS Marketplace hands out. */
export function randomId(length: number): string {
  let id = ''
  while (id.length < length) id += randomInt(36 ** 6).toString(36)
  return id.slice(0, length)
}
