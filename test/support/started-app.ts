import { onTestFinished } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { start, type StartOptions } from '../../src/main/start.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/src/simulator.ts'
import { callAwsAt } from './aws-endpoint.ts'
import { contact, cookies, land, register } from './browse.ts'
import { environment } from './environment.ts'
import { addressOf, emptyDatabase, execute, rowsOf, type Engine } from './stores.ts'

type Variables = Readonly<Record<string, string>>
type Options = StartOptions & {
  readonly database?: DatabaseUrl
  readonly simulated?: SimulatorOptions
  /** The SDK's endpoint variables of single AWS APIs. */
  readonly endpoints?: Variables
  /** The database of another app, which closes it. */
  readonly simulator?: Simulator
}

/** The whole service on its own database, with a simulated AWS Marketplace. Stopped when the test ends. */
export async function startApp(
  engine: Engine,
  env: Variables | ((simulator: Simulator) => Variables) = {},
  { retryScheduleMs, database: shared, simulated = {}, simulator: given, endpoints = {} }: Options = {},
) {
  const simulator = given ?? (await startSimulator({ landingUrl: 'http://localhost:3000/', ...simulated }))
  callAwsAt(simulator.url, endpoints)
  const database = shared ?? (await emptyDatabase(engine))
  const variables = environment({
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    PRODUCT_CODES: simulator.productCode,
    DATABASE_URL: addressOf(database),
    ...(typeof env === 'function' ? env(simulator) : env),
  })
  const service = await start(variables, retryScheduleMs === undefined ? {} : { retryScheduleMs })
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= service.stop('at-once'))
  onTestFinished(async () => {
    await stop()
    if (given === undefined) await simulator.close()
  })
  const url = `http://127.0.0.1:${String(service.port)}`
  const landed = async (token = simulator.issueToken('new-buyer').token) => cookies(await land(url, token))
  return {
    url,
    env: variables,
    simulator,
    stop,
    database,
    /** Lands a buyer and returns the cookie. */
    landed,
    /** Lands and registers a buyer and returns the cookie. */
    registered: async (fields = contact, token?: string) => {
      const cookie = await landed(token)
      await register(url, cookie, fields)
      return cookie
    },
    rows: (query: string) => rowsOf(database, query),
    execute: (statement: string) => execute(database, statement),
  }
}
