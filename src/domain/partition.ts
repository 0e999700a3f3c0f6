/** A part of AWS with accounts, names and addresses of its own. Resources of one cannot be used in another. */
export type Partition = 'aws' | 'aws-cn' | 'aws-eusc'

/** The partition of an AWS Region. Source: the SDK's list of partitions; GovCloud has no AWS Marketplace for SaaS. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws'
}
