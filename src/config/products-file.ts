import { z } from 'zod'
import type { Product } from '../domain/product.ts'
import { branding, brandingErrors, brandingSettings } from './branding.ts'
import { handoffSettings } from './handoff.ts'
import { mailSettings } from './mail.ts'
import { isProductId } from './marketplace.ts'
import { ownField } from './own-fields.ts'

/** The variables that a product may set, in lower case. */
const ownSettings = z.object({ ...brandingSettings, ...handoffSettings, ...mailSettings }).pick({
  SELLER_NAME: true,
  SUPPORT_EMAIL: true,
  SUPPORT_URL: true,
  SIGN_IN_URL: true,
  LISTING_URL: true,
  PRIVACY_URL: true,
  TERMS_URL: true,
  LOGO_URL: true,
  ACCENT_COLOR: true,
  ACCESS_WITHIN_HOURS: true,
  HANDOFF_URL: true,
  NOTIFY_EMAIL: true,
})

const mostFields = 20
const missing = (what: string) => (issue: { readonly input: unknown }) =>
  issue.input === undefined ? `is missing: ${what}` : `must be ${what}`

const listing = z.strictObject(
  {
    product_code: z
      .string({ error: missing('the product code of a listing in AWS Marketplace') })
      .regex(/^[\w-]{1,64}$/, { error: 'must be the product code of a listing in AWS Marketplace' })
      .refine((code) => !isProductId(code), { error: 'is a product id (prod-…): write it as product_id' }),
    product_id: z
      .string({ error: 'must be a product id such as prod-abcdefghijklm' })
      .regex(/^prod-\w+$/, { error: 'must be a product id such as prod-abcdefghijklm' })
      .nullish(),
  },
  { error: ({ code }) => (code === 'unrecognized_keys' ? 'is not a setting of a listing' : 'must be a map') },
)

const setting = z.string({ error: 'must be a text' }).nullish()

const product = z.strictObject(
  {
    listings: z
      .array(listing, { error: missing('a list of its listings, each with a product_code') })
      .min(1, { error: 'must have at least one listing' }),
    product_name: z
      .string({ error: missing('the name of the product as buyers know it') })
      .trim()
      .min(1, { error: 'is empty' })
      .max(200, { error: 'has more than 200 characters' }),
    phone: z.enum(['off', 'optional', 'required'], { error: 'must be off, optional or required' }).default('optional'),
    fields: z
      .array(ownField, { error: 'must be a list of fields' })
      .max(mostFields, { error: `must have at most ${String(mostFields)} fields` })
      .default([]),
    ...Object.fromEntries(Object.keys(ownSettings.shape).map((name) => [name.toLowerCase(), setting])),
    notify_email: z
      .array(z.string({ error: 'must be a text' }), { error: 'must be a list of mail addresses' })
      .nullish(),
  },
  { error: ({ code }) => (code === 'unrecognized_keys' ? 'is not a setting of a product' : 'must be a map') },
)

const file = z.strictObject(
  {
    products: z
      .record(z.string(), z.unknown(), { error: missing('a map from the key of each product to the product') })
      .refine((products) => Object.keys(products).length > 0, { error: 'must have at least one product' }),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'is not known here: the file has only products' : 'must be a map with products',
  },
)

export type ParsedProducts = { readonly products: readonly Product[]; readonly errors: readonly string[] }
type Given = Readonly<Record<string, string>>

/**
 * Checks a products file. The environment `given` contains the defaults of each product's settings. Each error is one line that
 * begins with its path.
 */
export function parseProductsFile(content: unknown, given: Given): ParsedProducts {
  const parsed = file.safeParse(content)
  if (!parsed.success) return { products: [], errors: errorsOf(parsed.error, content, '') }
  const products: Product[] = []
  const errors = [...repeated(parsed.data.products)]
  for (const [key, value] of Object.entries(parsed.data.products)) {
    const path = `products.${keyText(key)}`
    const shaped = product.safeParse(value)
    const own = withDefaults(value, path, given)
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(key))
      errors.push(`${path} must have a key of 1 to 40 characters of a-z, 0-9 and -, that begins with a letter`)
    if (!shaped.success) errors.push(...errorsOf(shaped.error, value, path))
    errors.push(...own.errors)
    if (!shaped.success || own.settings === null) continue
    const { listings, product_name, phone, fields } = shaped.data
    products.push({
      ...branding({ ...own.settings, PRODUCT_NAME: product_name, MAIL_URL: given['MAIL_URL'] }),
      key,
      listings: listings.map(({ product_code, product_id }) => ({
        productCode: product_code,
        productId: product_id ?? null,
      })),
      phone,
      fields,
      notifyEmail: own.settings.NOTIFY_EMAIL ?? [],
    })
  }
  return { products, errors: [...new Set(errors)] }
}

/** The settings of a product, with the environment's as defaults. `null` turns a default off. */
function withDefaults(value: unknown, path: string, given: Given) {
  const own = z.record(z.string(), z.unknown()).catch({}).parse(value)
  const merged: Record<string, string> = {}
  for (const variable of Object.keys(ownSettings.shape)) {
    const set = own[variable.toLowerCase()]
    const text = set === undefined ? given[variable] : Array.isArray(set) ? set.join(',') : set
    if (typeof text === 'string' && text.trim() !== '') merged[variable] = text
  }
  const { data = null, error } = ownSettings.safeParse(merged)
  const errors = [
    ...(error?.issues ?? []).map(({ path: at, message }) => `${at.join('.')} ${message}`),
    ...brandingErrors(merged),
  ].flatMap((error) => {
    const [variable = '', ...words] = error.split(' ')
    const name = variable.toLowerCase()
    // A setting that the product does not set comes from the environment, which is checked separately.
    const isOwn = own[name] !== undefined || (name === 'support_email' && own['support_url'] !== undefined)
    return isOwn ? [`${path}.${name} ${words.join(' ')}`] : []
  })
  return { settings: data, errors }
}

/** Errors for product codes of more than one listing, and for field names of more than one field of a product. */
function repeated(products: Readonly<Record<string, unknown>>): readonly string[] {
  const named = z.object({ name: z.string() })
  const coded = z.object({ product_code: z.string() })
  const lists = z.object({ fields: z.array(z.unknown()).catch([]), listings: z.array(z.unknown()).catch([]) })
  const codes = new Set<string>()
  return Object.entries(products).flatMap(([key, value]) => {
    const { fields, listings } = lists.safeParse(value).data ?? { fields: [], listings: [] }
    const names = new Set<string>()
    return [
      ...listings.flatMap((item, at) => {
        const code = coded.safeParse(item).data?.product_code
        return code === undefined || isFirst(codes, code)
          ? []
          : [`products.${keyText(key)}.listings[${String(at)}].product_code is in the file twice`]
      }),
      ...fields.flatMap((item, at) => {
        const name = named.safeParse(item).data?.name
        return name === undefined || isFirst(names, name)
          ? []
          : [`products.${keyText(key)}.fields[${String(at)}].name is the name of another field of this product`]
      }),
    ]
  })
}

function isFirst(seen: Set<string>, value: string): boolean {
  const first = !seen.has(value)
  seen.add(value)
  return first
}

function errorsOf({ issues }: z.ZodError, content: unknown, root: string): readonly string[] {
  return issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    return keys.map((path) => `${pathText(path, content, root)} ${issue.message}`)
  })
}

/** Formats a path such as `fields[1].options.eu`. Options are pairs of id and label, so the path has their index. */
function pathText(path: readonly PropertyKey[], content: unknown, root: string): string {
  let text = root
  let value = content
  for (let at = 0; at < path.length; at++) {
    const key = path[at]
    const isOption = at > 0 && path[at - 1] === 'options'
    value = z.record(z.string(), z.unknown()).or(z.array(z.unknown())).safeParse(value).data
    value = Object.entries(value ?? {}).find(([name]) => name === String(key))?.[1]
    if (isOption) {
      const [id] = z.array(z.unknown()).catch([]).parse(value)
      // Without an id, the options are a list instead of a map.
      if (typeof id === 'string') text += `.${keyText(id)}`
      // The next key selects the id or the label of the pair.
      value = z.array(z.unknown()).catch([]).parse(value)[Number(path[++at])]
    } else text += typeof key === 'number' ? `[${String(key)}]` : `${text === '' ? '' : '.'}${keyText(String(key))}`
  }
  return text === '' ? 'the file' : text
}

function keyText(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 40))
}
