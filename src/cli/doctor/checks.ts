import { checkAddress, checkProxies } from './address.ts'
import { checkConsole } from './console.ts'
import { checkCredentials, checkRole } from './credentials.ts'
import { checkDeliveries } from './deliveries.ts'
import { checkDisk } from './disk.ts'
import { checkEndpoints, checkExamples, checkLogos } from './environment.ts'
import type { Finding } from './finding.ts'
import { checkLanding } from './landing.ts'
import { checkLinks, checkMailAddresses } from './links.ts'
import { checkMail } from './mail.ts'
import { checkNewBuyers } from './new-buyers.ts'
import { checkQueue } from './queue.ts'
import { checkResolveCustomer } from './resolve-customer.ts'
import type { Setup } from './setup.ts'
import { checkAgreements, checkEntitlements } from './subscriptions.ts'
import { checkWebhook } from './webhook.ts'

type CheckOf = (setup: Setup) => Finding | Promise<Finding>

/** All checks by their name, in the order of the report. They run at the same time. */
export const checks: Readonly<Record<string, CheckOf>> = {
  address: checkAddress,
  landing: checkLanding,
  proxies: checkProxies,
  examples: checkExamples,
  logo: checkLogos,
  links: checkLinks,
  'mail addresses': checkMailAddresses,
  endpoints: checkEndpoints,
  disk: checkDisk,
  database: ({ database }) => database,
  credentials: checkCredentials,
  role: checkRole,
  ResolveCustomer: checkResolveCustomer,
  queue: checkQueue,
  SearchAgreements: checkAgreements,
  GetEntitlements: checkEntitlements,
  'new buyers': checkNewBuyers,
  webhook: checkWebhook,
  mail: checkMail,
  deliveries: checkDeliveries,
  console: checkConsole,
}
