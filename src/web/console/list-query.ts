import { z } from 'zod'
import { registrationLists, type AgreementPosition, type ConsolePosition } from '../../domain/console-lists.ts'
import type { Products } from '../../domain/product.ts'
import { parseSearchTerm, type SearchTerm } from '../../domain/search-term.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { consolePaths } from './paths.ts'

const listNames = [...registrationLists, 'unregistered'] as const
export type ListName = (typeof listNames)[number]

/** The selected list and its filters. */
export type ListQuery = {
  readonly list: ListName
  /** The key of the product; null for all. */
  readonly product: string | null
  readonly productCodes: readonly string[] | null
  readonly typed: string
  readonly term: SearchTerm | null
  /** The position where the page begins; empty for the first page. */
  readonly after: string
}

const text = z.string().catch('')
const list = z.enum(listNames).nullable().catch(null)
const query = z.object({ list, open: list, product: text, q: text, after: text })

/**
 * Parses the query of a list's URL. Ignores unknown values. The search form sends the list that was open as `open`: a search finds
 * in all lists, and a product is selected in the open one.
 */
export function parseListQuery(given: unknown, { all }: Pick<Products, 'all'>): ListQuery {
  const { list, open, product: key, q: typed, after } = query.parse(given)
  const term = parseSearchTerm(typed)
  const product = all.find((one) => one.key !== null && one.key === key)
  return {
    list: list ?? (term === null ? (open ?? 'waiting') : 'all'),
    product: product?.key ?? null,
    productCodes: product?.listings.map(({ productCode }) => productCode) ?? null,
    typed: typed.trim(),
    term,
    after,
  }
}

/** The URL of a list. */
export function listHref(
  { list, product, typed }: Pick<ListQuery, 'list' | 'product' | 'typed'>,
  more: { readonly path?: string; readonly after?: string } = {},
): string {
  const { path = consolePaths.home, after = '' } = more
  const given = { list, product: product ?? '', q: typed, after }
  const search = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''))
  return `${path}?${search.toString()}`
}

const place = z.tuple([z.iso.datetime(), z.string(), z.enum(['overdue', 'later'])])

export function cursorOf({ at, id, part = 'later' }: AgreementPosition & Partial<ConsolePosition>): string {
  return encodeCursor([at.toISOString(), id, part])
}

/** Null for the first page and for an invalid cursor. */
export function positionOf(cursor: string): ConsolePosition | null {
  const { data } = place.safeParse(decodeCursor(cursor))
  if (data === undefined) return null
  const [at, id, part] = data
  return { at: new Date(at), id, part }
}
