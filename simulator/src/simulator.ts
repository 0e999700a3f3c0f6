import { once } from 'node:events'
import { createServer } from 'node:http'
import { apiRoutes } from './api/routes.ts'
import { createBuyers } from './application/buyers.ts'
import { createLandingPage } from './application/landing-page.ts'
import { createWebhooks } from './application/webhooks.ts'
import { createAwsCalls } from './aws/aws-calls.ts'
import { createEndpoint } from './aws/endpoint.ts'
import { createCallLog, type Calls } from './aws/metering/calls.ts'
import { createRedeem } from './aws/metering/redeem.ts'
import { createResolveCustomer } from './aws/metering/resolve-customer.ts'
import { createServices } from './aws/services.ts'
import { createQueue } from './aws/sqs/queue.ts'
import { createSts } from './aws/sts/sts.ts'
import { createClock } from './clock.ts'
import { createListener } from './http/listener.ts'
import { createInbox } from './mail/inbox.ts'
import { createBus } from './market/bus.ts'
import { postingTo } from './market/events-url.ts'
import { createMarket } from './market/market.ts'
import { sellerAccount } from './market/purchase-options.ts'
import { createPurchasesPage } from './pages/purchases.ts'
import { pageRoutes } from './pages/routes.ts'
import { createSubscriptionsPage } from './pages/subscriptions.ts'
import { productsIn, type SimulatorOptions } from './options.ts'
import { createCatalog, type Product } from './products.ts'
import type { ScenarioName } from './scenarios/scenarios.ts'
import { newGrant, type Overrides } from './tokens/grant.ts'
import { createTokens, type IssuedToken } from './tokens/tokens.ts'

export type { SimulatorOptions } from './options.ts'

export type Simulator = {
  readonly url: string
  readonly products: readonly [Product, ...Product[]]
  /** The code of the first product. */
  readonly productCode: string
  /** The `prod-…` id of the first product. */
  readonly productId: string
  readonly issueToken: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  readonly calls: Calls
  /** The queue that gets the events of purchases. */
  readonly queueUrl: string
  readonly advanceClock: (ms: number) => void
  /** Changes the landing URL, for an application that starts after its simulator. */
  readonly sendBuyersTo: (landingUrl: string) => void
  /** Stops immediately, even while calls hang. */
  readonly close: () => Promise<void>
}

const keepPurchases = 10_000

/**
 * AWS Marketplace on this machine: the page that buyers come from, and the APIs that sellers call.
 * Rejects when it cannot listen.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, maxTokens = 500_000, unknownTokens = 'invalid' } = options
  const { log = () => undefined, eventsUrl = null, activateAfterMs = null } = options
  let { landingUrl: currentLandingUrl = 'http://localhost:3000/' } = options
  const landingUrl = () => currentLandingUrl
  let url = ''

  const catalog = createCatalog(productsIn(options))
  const [{ code: productCode, id: productId }] = catalog.products
  const ended = new AbortController()
  const clock = createClock()
  const deadLetters = createQueue('marketplace-events-dlq', clock, null)
  const queue = createQueue('marketplace-events', clock, deadLetters)
  const queueUrl = () => `${url}/${sellerAccount}/${queue.name}`
  const posting = eventsUrl === null ? [] : [postingTo(eventsUrl, ended.signal, log)]
  const bus = createBus(clock, [queue.send, ...posting])
  const market = createMarket({ clock, bus, log, keep: keepPurchases, findProduct: catalog.find, activateAfterMs })
  const tokens = createTokens({ productCode, maxTokens, landingUrl, market })

  const calls = createCallLog(options.keepCalls ?? 10_000)
  const awsCalls = createAwsCalls()
  const inbox = createInbox()
  const sts = createSts(log)
  const resolveCustomer = createResolveCustomer({
    calls,
    log,
    redeem: createRedeem(maxTokens),
    roleOf: sts.roleOf,
    findGrant: (token) => tokens.find(token) ?? newGrant(unknownTokens, { productCode, customerIdentifier: '' }),
  })
  const services = createServices({ market, clock, inbox, catalog, queues: [queue, deadLetters] })
  const endpoint = createEndpoint({ services, calls: awsCalls, log })

  const buyers = createBuyers()
  const webhooks = createWebhooks(options.webhookSecret ?? null, buyers)
  const landingPage = createLandingPage({
    handoffUrl: () => options.handoffUrl ?? new URL('/handoff', landingUrl()).href,
    handoffSecret: options.handoffSecret ?? null,
    apiUrl: () => options.apiUrl ?? new URL('/api', landingUrl()).href,
    apiSecret: options.apiSecret ?? null,
  })
  const subscriptionsPage = createSubscriptionsPage({ tokens, catalog, landingUrl })
  const purchasesPage = createPurchasesPage({
    market,
    tokens,
    catalog,
    queueUrl,
    eventsUrl,
    landingUrl,
    now: clock.now,
  })
  const routes = {
    ...pageRoutes({ subscriptionsPage, webhooks, buyers, landingPage, url: () => url }),
    ...apiRoutes({ tokens, calls, awsCalls, market, clock, webhooks, inbox, purchasesPage }),
  }
  const server = createServer(createListener({ resolveCustomer, sts: sts.handle, endpoint, routes, log }))
  // Longer than clients keep idle connections, so that no client sends a call on a closing connection.
  server.keepAliveTimeout = 120_000
  server.listen(port, host)
  await once(server, 'listening')

  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port
  url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort.toString()}`
  return {
    url,
    products: catalog.products,
    productCode,
    productId,
    calls,
    queueUrl: queueUrl(),
    issueToken: tokens.issue,
    advanceClock: clock.advance,
    sendBuyersTo: (newLandingUrl) => {
      currentLandingUrl = newLandingUrl
    },
    close: async () => {
      ended.abort()
      clock.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
