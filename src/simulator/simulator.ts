import { once } from 'node:events'
import { createServer } from 'node:http'
import { createCallLog, type Calls } from './calls.ts'
import { createListener } from './listener.ts'
import { createMetering } from './metering.ts'
import { defaultProductCode } from './product-code.ts'
import { createRedeem } from './redeem.ts'
import type { ScenarioName } from './scenarios.ts'
import { createSts } from './sts.ts'
import { createTokens, type IssuedToken, newGrant, type Overrides } from './tokens.ts'

export type SimulatorOptions = {
  readonly host?: string
  /** 0 takes any free port. */
  readonly port?: number
  /** The seller's fulfillment URL: where “Set up your account” posts the token. */
  readonly landingUrl?: string
  readonly productCode?: string
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
  /** Changes the landing URL, for an app that starts after its simulator. */
  readonly sendBuyersTo: (landingUrl: string) => void
  /** Stops at once, hanging calls included. */
  readonly close: () => Promise<void>
}

/** AWS Marketplace on this machine: the page buyers come from, ResolveCustomer and STS. Rejects when it cannot listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, productCode = defaultProductCode, maxTokens = 500_000 } = options
  const { log = () => undefined, unknownTokens = 'invalid' } = options
  let { landingUrl = 'http://localhost:3000/' } = options

  const calls = createCallLog(options.keepCalls ?? 10_000)
  const tokens = createTokens({ productCode, maxTokens, landingUrl: () => landingUrl })
  const sts = createSts(log)
  const metering = createMetering({
    calls,
    log,
    redeem: createRedeem(maxTokens),
    roleOf: sts.roleOf,
    findGrant: (token) => tokens.find(token) ?? newGrant(unknownTokens, productCode),
  })
  const server = createServer(
    createListener({ metering, sts: sts.handle, tokens, calls, productCode, landingUrl: () => landingUrl, log }),
  )
  // Longer than any client keeps its sockets, so that a call never meets one that is just closing.
  server.keepAliveTimeout = 120_000
  server.listen(port, host)
  await once(server, 'listening')

  const address = server.address()
  const boundPort = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort.toString()}`,
    productCode,
    issueToken: tokens.issue,
    calls,
    sendBuyersTo: (url) => {
      landingUrl = url
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
