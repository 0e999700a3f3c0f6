/** The last part of a license ARN, `l-…`. AWS spells the parts before it in more than one way. */
export function licenseIdOf(licenseArn: string): string {
  return licenseArn.slice(licenseArn.lastIndexOf(':') + 1)
}

/** `aws:license-manager::ACCOUNT:l-…` and `aws:license-manager:us-east-1:ACCOUNT:l-…`, as AWS's examples have it. */
const withoutPrefix = /^(aws[\w-]*):license-manager:[\w-]*:(\d{12}):(?:license:)?(l-\w+)$/

/** The whole ARN of a license that an event spells without `arn:`. AWS's APIs find a license by its whole ARN only. */
export function wholeLicenseArn(written: string): string {
  const [, partition, account, id] = withoutPrefix.exec(written) ?? []
  if (partition === undefined || account === undefined || id === undefined) return written
  return `arn:${partition}:license-manager::${account}:license:${id}`
}
