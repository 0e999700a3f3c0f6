/** The last part of a license ARN, `l-…`. AWS writes the parts before it in several ways. */
export function licenseIdOf(licenseArn: string): string {
  return licenseArn.slice(licenseArn.lastIndexOf(':') + 1)
}

/** Matches `aws:license-manager::ACCOUNT:l-…` and `aws:license-manager:us-east-1:ACCOUNT:l-…`, as in AWS's examples. */
const withoutPrefix = /^(aws[\w-]*):license-manager:[\w-]*:(\d{12}):(?:license:)?(l-\w+)$/

/** Adds `arn:` to a license ARN from an event that lacks it, because AWS's APIs accept complete ARNs only. */
export function wholeLicenseArn(written: string): string {
  const [, partition, account, id] = withoutPrefix.exec(written) ?? []
  if (partition === undefined || account === undefined || id === undefined) return written
  return `arn:${partition}:license-manager::${account}:license:${id}`
}
