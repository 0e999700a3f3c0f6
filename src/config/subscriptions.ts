import type { z } from 'zod'
import type { Product } from '../domain/product.ts'
import { optionalText, wholeNumber, without } from './fields.ts'
import { urlError } from './urls.ts'

/** Settings for following AWS Marketplace events and agreements. Off without EVENTS_QUEUE_URL and product ids. */
export const subscriptionSettings = {
  EVENTS_QUEUE_URL: optionalText.superRefine(without(queueError)).optional(),
  RECONCILE_MINUTES: wholeNumber(60, 0, 1440),
} as const

export function subscriptions(
  env: z.infer<z.ZodObject<typeof subscriptionSettings>>,
  products: readonly Pick<Product, 'listings'>[],
) {
  const { EVENTS_QUEUE_URL: queueUrl = null, RECONCILE_MINUTES: minutes } = env
  const hasIds = hasProductIds(products)
  return {
    /** Null if subscriptions are not followed. */
    subscriptions: queueUrl === null && !hasIds ? null : { queueUrl, reconcileMs: hasIds ? minutes * 60_000 : 0 },
  }
}

export function subscriptionErrors(
  { RECONCILE_MINUTES: minutes = '0' }: Readonly<Record<string, string>>,
  products: readonly Pick<Product, 'listings'>[],
): readonly string[] {
  if (hasProductIds(products) || !(Number(minutes) > 0)) return []
  return ['RECONCILE_MINUTES has no product ids: set PRODUCT_IDS (product_id in a products file), or remove it']
}

function hasProductIds(products: readonly Pick<Product, 'listings'>[]): boolean {
  return products.some(({ listings }) => listings.some(({ productId }) => productId !== null))
}

function queueError(address: string): string | null {
  const error = urlError(address, ['path'])
  if (error !== null) return error
  if (/^\/\d{12}\/[\w-]+$/.test(new URL(address).pathname)) return null
  return 'must be the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/111122223333/marketplace-events'
}
