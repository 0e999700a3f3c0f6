/** A part of AWS with its own accounts, names and URLs. Its resources cannot be used in another partition. */
type Partition = 'aws' | 'aws-cn' | 'aws-eusc'

/** The partition of an AWS Region. Source: the SDK's list of partitions; GovCloud has no AWS Marketplace for SaaS. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws'
}

const pages = {
  aws: { console: 'https://console.aws.amazon.com', shop: 'https://aws.amazon.com/marketplace' },
  'aws-cn': { console: 'https://console.amazonaws.cn', shop: 'https://awsmarketplace.amazonaws.cn/marketplace' },
  'aws-eusc': {
    console: 'https://console.amazonaws-eusc.eu',
    shop: 'https://console.amazonaws-eusc.eu/marketplace',
  },
} as const satisfies Record<Partition, { console: string; shop: string }>

type AwsLinks = {
  /** The page of the buyer's purchases, each with a “Set up your account” button. */
  readonly purchases: string
  /** The page with products. */
  readonly shop: string
}

/** AWS's own pages for buyers, in the partition of a Region. */
export function awsLinks(region: string): AwsLinks {
  const { console, shop } = pages[partitionOf(region)]
  return { purchases: `${console}/marketplace/home#/subscriptions`, shop }
}
