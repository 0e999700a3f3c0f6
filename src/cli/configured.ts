import { ConfigError, parseConfig, type Config } from '../config/config.ts'
import { givenIn, type Environment } from '../config/environment.ts'
import { readProducts } from '../config/products.ts'
import { createMessagesFor } from '../delivery/receivers.ts'
import type { MessagesFor } from '../domain/delivery.ts'
import type { Product, Products } from '../domain/product.ts'
import { UsageError } from './usage-error.ts'

/** The configuration of the app. Throws a `UsageError` with all errors. */
export function configOf(env: Environment): Config {
  try {
    return parseConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new UsageError(`This needs the whole configuration of the app:\n${indented(error.errors)}`)
  }
}

/** The messages for the configured receivers; none if no receiver is configured. */
export function messagesOf({ webhook, mail, products, marketplace }: Config): MessagesFor {
  return createMessagesFor({
    webhook,
    mail: mail === null ? null : { from: mail.from, products, region: marketplace.region },
  })
}

/** The product with this key. Reads only the product variables. Throws a `UsageError` that lists the keys. */
export function productByKey(env: Environment, key: string): Product {
  const { products, errors } = readProducts(givenIn(env))
  if (errors.length > 0) throw new UsageError(`--product needs the products of the app:\n${indented(errors)}`)
  const product = products.find((one) => one.key === key)
  if (product !== undefined) return product
  const keys = products.flatMap((one) => one.key ?? [])
  throw new UsageError(
    keys.length === 0
      ? '--product needs a products file: set PRODUCTS_FILE or PRODUCTS.'
      : `--product must be one of ${keys.join(', ')}.`,
  )
}

/** The configured products by product code. May be empty, because lists need only DATABASE_URL. */
export function findProduct(env: Environment): Pick<Products, 'find'> {
  const { products } = readProducts(givenIn(env))
  return { find: (code) => products.find(({ listings }) => listings.some((one) => one.productCode === code)) ?? null }
}

function indented(errors: readonly string[]): string {
  return errors.map((error) => `  ${error}`).join('\n')
}
