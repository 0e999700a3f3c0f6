import { z } from 'zod'
import { branding, brandingFaults, brandingSettings } from './branding.ts'
import { database, databaseSettings } from './database.ts'
import { delivery, deliveryFaults, deliverySettings } from './delivery.ts'
import { marketplace, marketplaceFaults, marketplaceSettings } from './marketplace.ts'
import { monitoring, monitoringFaults, monitoringSettings } from './monitoring.ts'
import { spelling } from './spelling.ts'
import { subscriptionFaults, subscriptions, subscriptionSettings } from './subscriptions.ts'
import { web, webSettings } from './web.ts'

/** Every variable of ours, with what it accepts. The README's table and `.env.example` name the same ones. */
export const settings = z.object({
  ...webSettings,
  ...brandingSettings,
  ...marketplaceSettings,
  ...databaseSettings,
  ...deliverySettings,
  ...subscriptionSettings,
  ...monitoringSettings,
})

export type Config = ReturnType<typeof shape>

/** Thrown by `parseConfig`. Each fault is one line: the variable's name, what is wrong and the remedy; never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Reads the whole configuration from the environment. Throws a `ConfigError` that names every fault at once. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = givenIn(env)
  const result = settings.safeParse(given, { reportInput: true })
  const written = spellingFaults(env)
  const faults = [
    ...written,
    ...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...[monitoringFaults, brandingFaults, marketplaceFaults, deliveryFaults, subscriptionFaults].flatMap((faultsOf) =>
      faultsOf(given),
    ),
  ].filter((fault, at) => at < written.length || !written.some((said) => nameIn(said) === nameIn(fault)))
  if (!result.success || faults.length > 0) throw new ConfigError(faults)
  return Object.freeze(shape(result.data))
}

/** Of our own variables alone: the SDK's and the machine's are not ours to judge. */
function spellingFaults(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(settings.shape).flatMap((name) => {
    const fault = spelling(env[name])
    return fault === null ? [] : [`${name} ${fault}`]
  })
}

function nameIn(fault: string): string {
  return fault.split(' ', 1)[0] ?? ''
}

/** What is set; a blank value is none. */
function givenIn(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [[name, value]])),
  )
}

function shape(env: z.infer<typeof settings>) {
  return {
    ...web(env),
    ...marketplace(env),
    ...database(env),
    ...delivery(env),
    ...subscriptions(env),
    ...monitoring(env),
    branding: branding(env),
  }
}
