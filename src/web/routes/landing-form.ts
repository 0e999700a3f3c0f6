import { z } from 'zod'
import type { Arrival } from '../../domain/land.ts'
import { AppError } from '../../errors.ts'

/** Far above the 184 characters seen; AWS documents no limit. */
const longestToken = 8192

/** A claim of the browser, or null when it is not fit for a database column and a log line. */
const claim = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)
  .nullable()
  .catch(null)

const fields = z.object({
  'x-amzn-marketplace-token': z.unknown().optional(),
  'x-amzn-marketplace-offer-type': claim,
  'x-amzn-marketplace-agreement-id': claim,
  'x-amzn-marketplace-product-id': claim,
  /** Of our own Try again form. */
  answer: z.string().max(8192).nullable().catch(null),
})

/** Parses what AWS Marketplace, or our own Try again form, makes the browser post. Throws `token-missing` or `token-malformed`. */
export function parseLanding(body: unknown): Omit<Arrival, 'budget'> {
  const form = fields.parse(body)
  const token = form['x-amzn-marketplace-token']
  if (token === undefined || token === '') throw new AppError('token-missing')
  if (typeof token !== 'string' || token.length > longestToken) throw new AppError('token-malformed')
  return {
    token,
    sealedAnswer: form.answer,
    claims: {
      offerType: form['x-amzn-marketplace-offer-type'],
      claimedAgreementId: form['x-amzn-marketplace-agreement-id'],
      claimedProductId: form['x-amzn-marketplace-product-id'],
    },
  }
}
