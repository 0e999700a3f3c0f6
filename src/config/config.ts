import { z } from 'zod'
import { createProducts, type Product } from '../domain/product.ts'
import { api, apiSettings } from './api.ts'
import { brandingErrors, brandingSettings } from './branding.ts'
import { consoleErrors, consoleSection, consoleSettings } from './console.ts'
import { database, databaseSettings } from './database.ts'
import { givenIn, writingErrors, type Environment } from './environment.ts'
import { handoff, handoffErrors, handoffSettings } from './handoff.ts'
import { mail, mailErrors, mailSettings } from './mail.ts'
import { marketplace, marketplaceErrors, marketplaceSettings } from './marketplace.ts'
import { monitoring, monitoringErrors, monitoringSettings } from './monitoring.ts'
import { networkSettings } from './network.ts'
import { productSettings, readProducts, unknownProduct } from './products.ts'
import { subscriptionErrors, subscriptions, subscriptionSettings } from './subscriptions.ts'
import { web, webSettings } from './web.ts'
import { webhook, webhookErrors, webhookSettings } from './webhook.ts'

/**
 * Every variable of the app and its accepted values. Each section has its own file: its variables, its part of the configuration
 * (`shape`), and checks across several variables (`errorsBetween`).
 */
export const settings = z.object({
  ...webSettings,
  ...brandingSettings,
  ...productSettings,
  ...marketplaceSettings,
  ...databaseSettings,
  ...webhookSettings,
  ...mailSettings,
  ...handoffSettings,
  ...apiSettings,
  ...consoleSettings,
  ...subscriptionSettings,
  ...networkSettings,
  ...monitoringSettings,
})

function shape(env: z.infer<typeof settings>, products: readonly Product[]) {
  return {
    ...web(env),
    products: createProducts(products, unknownProduct(env)),
    ...marketplace(env),
    ...database(env),
    ...webhook(env),
    ...mail(env),
    ...handoff(env),
    ...api(env),
    ...consoleSection(env),
    ...subscriptions(env, products),
    ...monitoring(env),
  }
}

const errorsBetween = [
  brandingErrors,
  marketplaceErrors,
  webhookErrors,
  mailErrors,
  handoffErrors,
  consoleErrors,
  subscriptionErrors,
  monitoringErrors,
] as const

export type Config = ReturnType<typeof shape>

/** Thrown by `parseConfig`. Each error is one line with the variable's name, the error and the fix, but never the value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly errors: readonly string[]

  constructor(errors: readonly string[]) {
    super(errors.join('\n'))
    this.errors = errors
  }
}

/** Reads the configuration from the environment. Throws a `ConfigError` with all errors. */
export function parseConfig(env: Environment): Config {
  const given = givenIn(env)
  const result = settings.safeParse(given)
  const products = readProducts(given)
  const errors = [
    ...writingErrors(given, Object.keys(settings.shape)),
    ...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...products.errors,
    ...errorsBetween.flatMap((errorsOf) => errorsOf(given, products.products)),
  ]
  if (!result.success || errors.length > 0) throw new ConfigError(firstOfEach(errors))
  return Object.freeze(shape(result.data, products.products))
}

/** Keeps one line per variable, because the first error causes the others. Keeps every line about a products file. */
function firstOfEach(errors: readonly string[]): readonly string[] {
  const byName = new Map<string, string>()
  for (const error of errors) {
    const name = /^[A-Z_]+/.exec(error)?.[0] ?? error
    if (!byName.has(name)) byName.set(name, error)
  }
  return [...byName.values()]
}
