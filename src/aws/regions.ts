/**
 * The AWS Regions that offer ResolveCustomer. GovCloud does not.
 * Source: https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-regions.html
 * (EU Sovereign Cloud: the SDK's own endpoint rules.)
 */
export const marketplaceRegions: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-east-1',
  'ap-south-1',
  'ap-south-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'af-south-1',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'cn-northwest-1',
  'eusc-de-east-1',
]

/**
 * The Region of the Agreement and the Entitlement service: one Region per partition.
 * Source: the endpoint lists of AWS's SDKs.
 */
export function catalogRegion(region: string): string {
  return ['cn-northwest-1', 'eusc-de-east-1'].includes(region) ? region : 'us-east-1'
}
