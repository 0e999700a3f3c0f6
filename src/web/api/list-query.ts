import { z } from 'zod'
import type { ListByChangeInput, ListPosition } from '../../domain/registration-list.ts'
import type { Products } from '../../domain/product.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { ApiError } from './api-error.ts'

const mostListed = 200
const usuallyListed = 50

const text = z.string()
const query = z.strictObject({
  status: z.enum(['landed', 'registered'], { error: 'status must be landed or registered' }).optional(),
  product: text.optional(),
  ready: z.enum(['true', 'false'], { error: 'ready must be true or false' }).optional(),
  updated_since: z
    .union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
      error: 'updated_since must be an instant such as 2026-11-24T19:02:11Z',
    })
    .optional(),
  limit: z
    .string()
    .refine((digits) => /^\d{1,3}$/.test(digits) && Number(digits) >= 1 && Number(digits) <= mostListed, {
      error: `limit must be a whole number from 1 to ${String(mostListed)}`,
    })
    .transform(Number)
    .default(usuallyListed),
  cursor: text.optional(),
})

/** Parses the filters of a list. Throws `invalid_request` for an unknown filter or value. */
export function parseListQuery(given: unknown, products: Products): ListByChangeInput {
  const { data, error } = query.safeParse(given)
  if (data === undefined) throw new ApiError('invalid_request', messageOf(error))
  const { status = null, product, ready, updated_since: since, limit, cursor } = data
  return {
    status,
    productCodes: product === undefined ? null : productCodesOf(products, product),
    ready: ready === undefined ? null : ready === 'true' ? 'ready' : 'waiting',
    updatedSince: since === undefined ? null : new Date(since),
    after: cursor === undefined ? null : positionOf(cursor),
    limit,
  }
}

function messageOf({ issues: [issue] }: z.ZodError): string {
  if (issue?.code === 'unrecognized_keys')
    return 'The filters are status, product, ready, updated_since, limit and cursor.'
  if (issue?.code === 'invalid_type') return `${String(issue.path[0])} must be given once`
  return issue?.message ?? 'The request is invalid.'
}

function productCodesOf({ all }: Products, key: string): readonly string[] {
  const product = all.find((one) => one.key === key)
  if (product === undefined) throw new ApiError('invalid_request', 'product must be a key of the products file')
  return product.listings.map(({ productCode }) => productCode)
}

const position = z.tuple([z.iso.datetime(), z.uuid()])

export function cursorOf({ updatedAt, id }: ListPosition): string {
  return encodeCursor([updatedAt.toISOString(), id])
}

function positionOf(cursor: string): ListPosition {
  const { data } = position.safeParse(decodeCursor(cursor))
  if (data === undefined) throw new ApiError('invalid_request', 'cursor must be the next_cursor of an earlier answer')
  return { updatedAt: new Date(data[0]), id: data[1] }
}
