import { once } from 'node:events'
import { createServer } from 'node:http'
import { apiRoutes } from './api/routes.ts'
import { createHandoff } from './application/handoff.ts'
import { createWebhooks } from './application/webhooks.ts'
import { createAwsCalls } from './aws/aws-calls.ts'
import { createEndpoint } from './aws/endpoint.ts'
import { createQueue } from './aws/sqs/queue.ts'
import { createServices } from './aws/services.ts'
import { createCallLog, type Calls } from './aws/metering/calls.ts'
import { createClock } from './clock.ts'
import { createListener } from './http/listener.ts'
import { createInbox } from './mail/inbox.ts'
import { createBus } from './market/bus.ts'
import { postingTo } from './market/events-url.ts'
import { createMarket } from './market/market.ts'
import { productIdFor } from './market/purchase.ts'
import { sellerAccount } from './market/purchase-options.ts'
import { createMetering } from './aws/metering/resolve-customer.ts'
import { pageRoutes } from './pages/routes.ts'
import { defaultProductCode } from './products.ts'
import { createRedeem } from './aws/metering/redeem.ts'
import type { ScenarioName } from './scenarios/scenarios.ts'
import { createSts } from './aws/sts/sts.ts'
import { createTokens, type IssuedToken, newGrant, type Overrides } from './tokens/tokens.ts'

export type SimulatorOptions = {
  readonly host?: string
  /** 0 takes any free port. */
  readonly port?: number
  /** The seller's fulfillment URL: where “Set up your account” posts the token. */
  readonly landingUrl?: string
  readonly productCode?: string
  /** The `prod-…` id of that product; made from the code when not said. */
  readonly productId?: string
  /** Where events are posted, beside the queue. */
  readonly eventsUrl?: string
  /** Sends License Updated this long after each purchase, without anybody asking. */
  readonly activateAfterMs?: number
  /** `whsec_…`, to verify the webhooks with that “Your application” receives; several are separated by commas. */
  readonly webhookSecret?: string
  /** What “Your application” redeems codes with. */
  readonly continueSecret?: string
  /** Where it redeems them: `/handoff` of the landing URL when not said. */
  readonly handoffUrl?: string
  /** The scenario of tokens that the simulator did not issue. */
  readonly unknownTokens?: ScenarioName
  /** Gets a line for each call. Never a token. */
  readonly log?: (line: string) => void
  /** The oldest tokens beyond this many are forgotten. */
  readonly maxTokens?: number
  /** How many calls are kept for `calls.list`. */
  readonly keepCalls?: number
}

export type Simulator = {
  readonly url: string
  readonly productCode: string
  readonly issueToken: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  readonly calls: Calls
  /** The queue that the events of purchases go to. */
  readonly queueUrl: string
  /** The `prod-…` id of `productCode`. */
  readonly productId: string
  /** Moves the simulator's clock on. */
  readonly advanceClock: (ms: number) => void
  /** Changes the landing URL, for an app that starts after its simulator. */
  readonly sendBuyersTo: (landingUrl: string) => void
  /** Stops at once, hanging calls included. */
  readonly close: () => Promise<void>
}

/** The oldest purchases beyond this many are forgotten. */
const keepPurchases = 10_000

/** AWS Marketplace on this machine: the page buyers come from, and what a seller calls. Rejects when it cannot listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, productCode = defaultProductCode, maxTokens = 500_000 } = options
  const { log = () => undefined, unknownTokens = 'invalid' } = options
  let { landingUrl = 'http://localhost:3000/' } = options

  let url = ''
  const ended = new AbortController()
  const clock = createClock()
  const deadLetters = createQueue('marketplace-events-dlq', clock, null)
  const queue = createQueue('marketplace-events', clock, deadLetters)
  const { eventsUrl = null, activateAfterMs = null, productId = null } = options
  const posting = eventsUrl === null ? [] : [postingTo(eventsUrl, ended.signal, log)]
  const bus = createBus(clock, [queue.send, ...posting])
  const product = { code: productCode, id: productId }
  const market = createMarket({ clock, bus, log, keep: keepPurchases, product, activateAfterMs })
  const tokens = createTokens({ productCode, maxTokens, landingUrl: () => landingUrl, market })

  const calls = createCallLog(options.keepCalls ?? 10_000)
  const awsCalls = createAwsCalls()
  const inbox = createInbox()
  const sts = createSts(log)
  const metering = createMetering({
    calls,
    log,
    redeem: createRedeem(maxTokens),
    roleOf: sts.roleOf,
    findGrant: (token) => tokens.find(token) ?? newGrant(unknownTokens, { productCode, usualIdentifier: '' }),
  })
  const services = createServices({ market, clock, inbox, productCode, queues: [queue, deadLetters] })
  const endpoint = createEndpoint({ services, calls: awsCalls, log })

  const webhooks = createWebhooks(options.webhookSecret ?? null)
  const handoff = createHandoff({
    url: () => options.handoffUrl ?? new URL('/handoff', landingUrl).href,
    secret: options.continueSecret ?? null,
    now: clock.now,
  })
  const queueUrl = () => `${url}/${sellerAccount}/${queue.name}`
  const routes = {
    ...pageRoutes({ tokens, productCode, landingUrl: () => landingUrl, webhooks, handoff, url: () => url }),
    ...apiRoutes({
      tokens,
      calls,
      awsCalls,
      market,
      clock,
      webhooks,
      inbox,
      queueUrl,
      eventsUrl,
      landingUrl: () => landingUrl,
    }),
  }
  const server = createServer(createListener({ metering, sts: sts.handle, endpoint, routes, log }))
  // Longer than any client keeps its sockets, so that a call never meets one that is just closing.
  server.keepAliveTimeout = 120_000
  server.listen(port, host)
  await once(server, 'listening')

  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port
  url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort.toString()}`
  return {
    url,
    productCode,
    queueUrl: queueUrl(),
    productId: productId ?? productIdFor(productCode),
    issueToken: tokens.issue,
    calls,
    advanceClock: clock.advance,
    sendBuyersTo: (url) => {
      landingUrl = url
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
