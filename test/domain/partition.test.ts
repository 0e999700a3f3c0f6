import { expect, it } from 'vitest'
import { awsLinks, partitionOf } from '../../src/domain/partition.ts'

it.each([
  ['us-east-1', 'aws', 'https://console.aws.amazon.com/marketplace/home#/subscriptions'],
  ['cn-northwest-1', 'aws-cn', 'https://console.amazonaws.cn/marketplace/home#/subscriptions'],
  ['eusc-de-east-1', 'aws-eusc', 'https://console.amazonaws-eusc.eu/marketplace/home#/subscriptions'],
])('%s is in the partition %s with purchases at %s', (region, partition, purchases) => {
  expect(partitionOf(region)).toBe(partition)
  expect(awsLinks(region).purchases).toBe(purchases)
})

it('products are listed on another site in China', () => {
  expect(awsLinks('us-east-1').shop).toBe('https://aws.amazon.com/marketplace')
  expect(awsLinks('cn-northwest-1').shop).toBe('https://awsmarketplace.amazonaws.cn/marketplace')
})
