import type { z } from 'zod'
import { list, optionalText, wholeNumber, without } from './fields.ts'
import { urlFault } from './urls.ts'

/** How AWS Marketplace's events and agreements are followed. Off until EVENTS_QUEUE_URL or PRODUCT_IDS is set. */
export const subscriptionSettings = {
  EVENTS_QUEUE_URL: optionalText.superRefine(without(queueFault)).optional(),
  PRODUCT_IDS: list('')
    .refine((ids) => ids.every((id) => /^prod-\w+$/.test(id)), {
      error: 'must be product ids such as prod-abcdefghijklm, with commas between',
    })
    .optional(),
  RECONCILE_MINUTES: wholeNumber(60, 0, 1440),
} as const

export function subscriptions(env: z.infer<z.ZodObject<typeof subscriptionSettings>>) {
  const { EVENTS_QUEUE_URL: queueUrl = null, PRODUCT_IDS: productIds = [], RECONCILE_MINUTES: minutes } = env
  return {
    /** Null where no subscription is followed. */
    subscriptions:
      queueUrl === null && productIds.length === 0
        ? null
        : { queueUrl, productIds, reconcileMs: productIds.length === 0 ? 0 : minutes * 60_000 },
  }
}

export function subscriptionFaults(given: Readonly<Record<string, string>>): readonly string[] {
  const { PRODUCT_IDS: ids, PRODUCT_CODES: codes = '', RECONCILE_MINUTES: minutes = '0' } = given
  const count = (text: string) => text.split(',').filter((item) => item.trim() !== '').length
  if (ids === undefined)
    return Number(minutes) > 0
      ? ['PRODUCT_IDS is missing: RECONCILE_MINUTES needs it, in the order of PRODUCT_CODES']
      : []
  if (count(ids) === count(codes)) return []
  return ['PRODUCT_IDS must have as many ids as PRODUCT_CODES has codes, in the same order']
}

function queueFault(address: string): string | null {
  const fault = urlFault(address, ['path'])
  if (fault !== null) return fault
  if (/^\/\d{12}\/[\w-]+$/.test(new URL(address).pathname)) return null
  return 'must be the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/111122223333/marketplace-events'
}
