import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Product } from '../domain/product.ts'
import { branding, brandingSettings } from './branding.ts'
import { list, optionalText } from './fields.ts'
import { handoffSettings } from './handoff.ts'
import { mailSettings } from './mail.ts'
import { isProductId } from './marketplace.ts'
import { parseProductsFile, type ParsedProducts } from './products-file.ts'
import { readProductsText } from './products-text.ts'

/** The products that buyers may register for: one from variables, or several from a file. */
export const productSettings = {
  PRODUCT_CODES: list('')
    .refine((codes) => !codes.some(isProductId), {
      error: 'has a product id (prod-…): set it to the product code, which the listing shows beside the id',
    })
    .optional(),
  PRODUCT_IDS: list('')
    .refine((ids) => ids.every((id) => /^prod-\w+$/.test(id)), {
      error: 'must be product ids such as prod-abcdefghijklm, with commas between',
    })
    .optional(),
  PRODUCTS_FILE: optionalText.optional(),
  PRODUCTS: z.string().optional(),
} as const

const inFile = ['PRODUCT_CODES', 'PRODUCT_IDS', 'PRODUCT_NAME'] as const

/** The variables with settings of a product. */
type ProductVariables = z.infer<typeof single>
const single = z.object({ ...productSettings, ...brandingSettings, ...handoffSettings, ...mailSettings })

/** Reads the products from the environment and the products file. Does not throw; `errors` has one line per error. */
export function readProducts(given: Readonly<Record<string, string>>): ParsedProducts {
  const { PRODUCTS_FILE: path, PRODUCTS: inline } = given
  const source = path === undefined ? 'PRODUCTS' : 'PRODUCTS_FILE'
  if (path === undefined && inline === undefined) return readSingle(given)
  const misplaced = inFile.flatMap((name) =>
    given[name] === undefined ? [] : [`${name} must not be set beside ${source}: remove it, the file has it`],
  )
  if (path !== undefined && inline !== undefined)
    return { products: [], errors: [...misplaced, 'PRODUCTS must not be set beside PRODUCTS_FILE: remove one of them'] }
  const text = path === undefined ? { content: inline ?? '' } : readFile(path.trim())
  if ('error' in text) return { products: [], errors: [...misplaced, `PRODUCTS_FILE ${text.error}`] }
  const read = readProductsText(text.content)
  if ('error' in read) return { products: [], errors: [...misplaced, `${source} ${read.error}`] }
  const { products, errors } = parseProductsFile(read.content, given)
  return { products, errors: [...misplaced, ...errors] }
}

function readFile(path: string): { readonly content: string } | { readonly error: string } {
  try {
    return { content: readFileSync(path, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return { error: `cannot be read (${code}): set it to the path of a file that this process may read` }
  }
}

/** The one product of `PRODUCT_CODES` and `PRODUCT_NAME`. */
function readSingle(given: Readonly<Record<string, string>>): ParsedProducts {
  const errors = [
    ...(given['PRODUCT_CODES'] === undefined
      ? ['PRODUCT_CODES is missing: set it to the product code that AWS Marketplace shows for your listing']
      : []),
    ...(given['PRODUCT_NAME'] === undefined
      ? ['PRODUCT_NAME is missing: set it to the name of your product as buyers know it']
      : []),
  ]
  const env = single.safeParse(given).data
  if (errors.length > 0 || env?.PRODUCT_NAME === undefined) return { products: [], errors }
  const { PRODUCT_CODES: codes = [], PRODUCT_IDS: ids } = env
  if (ids !== undefined && ids.length !== codes.length)
    return { products: [], errors: ['PRODUCT_IDS must have as many ids as PRODUCT_CODES has codes, in the same order'] }
  const listings = codes.map((productCode, at) => ({ productCode, productId: ids?.[at] ?? null }))
  return { products: [{ ...unknownProduct(env), listings }], errors: [] }
}

/** The environment's settings of every product. */
export function unknownProduct(env: Omit<ProductVariables, keyof typeof productSettings>): Product {
  return {
    ...branding(env),
    key: null,
    listings: [],
    phone: 'optional',
    fields: [],
    notifyEmail: env.NOTIFY_EMAIL ?? [],
  }
}
