import { ConfigError, parseConfig, type Config } from '../../config/config.ts'
import { failed, ok, skipped, type Check } from './check.ts'
import { checkAddress, checkProxies } from './connection.ts'
import { checkDatabase } from './database.ts'
import { checkDeliveries } from './deliveries.ts'
import { checkMail } from './mail.ts'
import { checkMarketplace } from './marketplace.ts'
import { checkQueue } from './queue.ts'
import { checkEndpoints, checkExamples, checkLogo } from './setup.ts'
import { checkEntitlements, checkAgreements } from './subscriptions.ts'
import { checkWebhook } from './webhook.ts'

/** Checks everything around the app that it needs, one after the other. Changes nothing. */
export async function examine(env: Readonly<Record<string, string | undefined>>): Promise<readonly Check[]> {
  const config = configOf(env)
  if (config instanceof ConfigError) {
    const unknown = 'needs the configuration'
    return [
      failed('configuration', `${String(config.faults.length)} to mend`, config.faults.join('\n')),
      skipped('address', unknown),
      skipped('proxies', unknown),
      skipped('examples', unknown),
      skipped('logo', unknown),
      skipped('endpoints', unknown),
      skipped('database', unknown),
      skipped('credentials', unknown),
      skipped('role', unknown),
      skipped('ResolveCustomer', unknown),
      skipped('queue', unknown),
      skipped('SearchAgreements', unknown),
      skipped('GetEntitlements', unknown),
      skipped('webhook', unknown),
      skipped('mail', unknown),
      skipped('deliveries', unknown),
    ]
  }
  const [database, [marketplace, ...subscriptions], webhook, mail] = await Promise.all([
    checkDatabase(config.database, config.secure),
    checkMarketplace(config.marketplace).then(async ({ checks, principal }) => {
      const following = [checkQueue, checkAgreements, checkEntitlements].map((check) => check(config, principal))
      return [checks, ...(await Promise.all(following))] as const
    }),
    checkWebhook(config.webhook),
    checkMail(config.mail),
  ])
  const deliveries = await checkDeliveries(config.database, database)
  return [
    ok('configuration', 'complete'),
    checkAddress(config),
    checkProxies(config),
    checkExamples(env),
    checkLogo(config.products.unknown),
    checkEndpoints(env),
    database,
    ...marketplace,
    ...subscriptions,
    webhook,
    mail,
    deliveries,
  ]
}

function configOf(env: Readonly<Record<string, string | undefined>>): Config | ConfigError {
  try {
    return parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}
