import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Express } from 'express'
import { onTestFinished } from 'vitest'
import { createApp, type Deps } from '../../src/app.ts'
import { createMeteringClient } from '../../src/aws/client.ts'
import { createResolveCustomer } from '../../src/aws/resolve-customer.ts'
import { parseConfig } from '../../src/config/config.ts'
import type { Customer } from '../../src/domain/customer.ts'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import type { Registrations } from '../../src/domain/registrations.ts'
import type { ResolveCustomer } from '../../src/domain/customer.ts'
import { createReference } from '../../src/domain/reference.ts'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { consoleGuard, consoleServices } from '../../src/main/console.ts'
import { createServices } from '../../src/main/services.ts'
import { openStore } from '../../src/store/store.ts'
import { callAwsAt } from './aws-endpoint.ts'
import { environment } from './environment.ts'
import { captureLog, type CapturedLog } from './logs.ts'
import { temporaryFolder } from './temporary-folder.ts'

export type TestApp = {
  readonly app: Express
  readonly log: CapturedLog
  /** The database file. */
  readonly file: string
  /** Reads rows through a separate connection. */
  readonly rows: (sql?: string) => readonly Readonly<Record<string, unknown>>[]
}

export type Overrides = Partial<Deps> & {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The URL of a simulator. ResolveCustomer is then called with the real SDK client over HTTP. */
  readonly marketplace?: string
  readonly storeDeadlineMs?: number
  readonly providerDeadlineMs?: number
  readonly messagesFor?: MessagesFor
  /** Replaces single methods of the real store. */
  readonly breakStore?: (real: Registrations) => Partial<Registrations>
}

/** The real app on a real database file. A test may replace single edges. Closed when the test ends. */
export async function testApp({
  env = {},
  marketplace,
  breakStore = () => ({}),
  storeDeadlineMs = 10_000,
  providerDeadlineMs = 5_000,
  messagesFor = () => [],
  ...overrides
}: Overrides = {}): Promise<TestApp> {
  const file = join(temporaryFolder(), 'landing.db')
  const config = parseConfig(environment({ DATABASE_URL: `sqlite:${file}`, ...env }))
  const log = captureLog()
  const now = overrides.now ?? (() => new Date())
  const store = await openStore({
    database: config.database,
    poolSize: 2,
    connectTimeoutMs: 5_000,
    idleTimeoutMs: 1_000,
    deadlineMs: storeDeadlineMs,
    instance: randomUUID(),
    sessionMinutes: config.session.minutes,
    now,
    onError: () => undefined,
  })
  const services = createServices(store, {
    newId: randomUUID,
    newReference: createReference,
    messagesFor,
    webhookBody: JSON.stringify,
    products: config.products,
    withSubscriptions: false,
    onWithheld: () => undefined,
  })
  const app = createApp({
    config,
    logger: log.logger,
    resolveCustomer: marketplace === undefined ? resolvesTo(aCustomer()) : resolvesAt(marketplace, config.marketplace),
    registrations: { ...services.registrations, ...breakStore(services.registrations) },
    handoff: services.handoff,
    listByChange: store.listByChange,
    findForSeller: services.findForSeller,
    markReady: services.markReady,
    progressOf: services.progressOf,
    confirmationOf: () => Promise.resolve(null),
    requireConsoleUser: await consoleGuard({ config, rows: store.consoleSessions, callDeadlineMs: providerDeadlineMs }),
    consoleServices: consoleServices(store, services, ['webhook', 'mail']),
    sessionStore: store.sessions,
    checkStore: store.check,
    isDraining: () => false,
    newReference: createReference,
    now,
    ...overrides,
  })
  onTestFinished(() => store.close())
  const rows = (sql = 'select * from registrations order by landed_at, id') => {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      return database.prepare(sql).all()
    } finally {
      database.close()
    }
  }
  return { app, log, file, rows }
}

export function resolvesAt(
  url: string,
  {
    region,
    deadlineMs,
    role,
  }: { region: string; deadlineMs: number; role: { arn: string; externalId: string | null } | null },
): ResolveCustomer {
  callAwsAt(url)
  const client = createMeteringClient({ region, role, maxSockets: 500, deadlineMs })
  onTestFinished(() => {
    client.destroy()
  })
  return createResolveCustomer(client, { deadlineMs, maxInFlight: 500 })
}

export function aCustomer(overrides: Partial<Customer> = {}): Customer {
  return {
    awsAccountId: '012345678901',
    productCode: 'examplecode000000000000000',
    licenseArn: 'arn:aws:license-manager::999999999999:license:l-0123456789abcdef0123456789abcdef',
    customerIdentifier: null,
    ...overrides,
  }
}

export function resolvesTo(customer: Customer): ResolveCustomer {
  return () => Promise.resolve({ customer, awsRequestId: 'aws-request', attempts: 1, durationMs: 20 })
}

export function failsWith(code: ErrorCode): ResolveCustomer {
  return () =>
    Promise.reject(new AppError(code, { cause: new Error('arn:aws:iam::999999999999:role/secret-role is upset') }))
}
