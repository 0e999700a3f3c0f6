import { z } from 'zod'
import { createProducts, type Product } from '../domain/product.ts'
import { api, apiSettings } from './api.ts'
import { brandingFaults, brandingSettings } from './branding.ts'
import { consoleFaults, consoleSection, consoleSettings } from './console.ts'
import { database, databaseSettings } from './database.ts'
import { givenIn, writingFaults, type Environment } from './environment.ts'
import { handoff, handoffFaults, handoffSettings } from './handoff.ts'
import { mail, mailFaults, mailSettings } from './mail.ts'
import { marketplace, marketplaceFaults, marketplaceSettings } from './marketplace.ts'
import { monitoring, monitoringFaults, monitoringSettings } from './monitoring.ts'
import { networkSettings } from './network.ts'
import { productSettings, readProducts, unknownProduct } from './products.ts'
import { subscriptionFaults, subscriptions, subscriptionSettings } from './subscriptions.ts'
import { web, webSettings } from './web.ts'
import { webhook, webhookFaults, webhookSettings } from './webhook.ts'

/**
 * Every variable of the app and its accepted values. Each section has its own file: its variables, its part of the configuration
 * (`shape`), and checks across several variables (`faultsBetween`).
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

const faultsBetween = [
  brandingFaults,
  marketplaceFaults,
  webhookFaults,
  mailFaults,
  handoffFaults,
  consoleFaults,
  subscriptionFaults,
  monitoringFaults,
] as const

export type Config = ReturnType<typeof shape>

/** Thrown by `parseConfig`. Each fault is one line with the variable's name, the fault and the fix, but never the value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Reads the configuration from the environment. Throws a `ConfigError` with all faults. */
export function parseConfig(env: Environment): Config {
  const given = givenIn(env)
  const result = settings.safeParse(given)
  const products = readProducts(given)
  const faults = [
    ...writingFaults(given, Object.keys(settings.shape)),
    ...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...products.faults,
    ...faultsBetween.flatMap((faultsOf) => faultsOf(given, products.products)),
  ]
  if (!result.success || faults.length > 0) throw new ConfigError(firstOfEach(faults))
  return Object.freeze(shape(result.data, products.products))
}

/** Keeps one line per variable, because the first fault causes the others. Keeps every line about a products file. */
function firstOfEach(faults: readonly string[]): readonly string[] {
  const byName = new Map<string, string>()
  for (const fault of faults) {
    const name = /^[A-Z_]+/.exec(fault)?.[0] ?? fault
    if (!byName.has(name)) byName.set(name, fault)
  }
  return [...byName.values()]
}
