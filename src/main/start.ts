import { randomUUID } from 'node:crypto'
import type { DestinationStream } from 'pino'
import { createApp } from '../app.ts'
import { createMeteringClient } from '../aws/client.ts'
import { createResolveCustomer } from '../aws/resolve-customer.ts'
import { parseConfig, type Config } from '../config/config.ts'
import { containerDiskHint, isOnContainerDisk } from '../config/container-disk.ts'
import type { Environment } from '../config/environment.ts'
import { logWithheld } from '../delivery/log.ts'
import { createReceivers, type ReceiverSettings } from '../delivery/receivers.ts'
import { mailDeadlineMs } from '../delivery/smtp.ts'
import { webhookMessage } from '../delivery/webhook.ts'
import { overdueLimits } from '../domain/access.ts'
import { createConfirmationOf } from '../domain/confirmation.ts'
import { retryScheduleMs } from '../domain/delivery.ts'
import { createReference } from '../domain/reference.ts'
import { createMeasure } from '../metrics/measure.ts'
import { openStore } from '../store/store.ts'
import { serve } from '../web/server.ts'
import { checkMarketplace } from './check-marketplace.ts'
import { consoleGuard, consoleServices } from './console.ts'
import { startBackgroundWork } from './jobs.ts'
import { createLogger } from './logger.ts'
import { createServices } from './services.ts'

/** The maximum number of concurrent ResolveCustomer calls. Further buyers get `service-busy` instead of waiting. */
const maxInFlight = 500
/** The wait for a connection ends before the deadline, so that the failure code shows which of the two happened. */
const storeLimits = { deadlineMs: 2_000, connectTimeoutMs: 1_500, idleTimeoutMs: 30_000 }
/** The limit for one call to the console's sign-in provider. */
const providerDeadlineMs = 5_000
/** Added to the request deadline for requests that are still in flight after the drain. */
const graceMs = 1_000

export type Service = {
  readonly port: number
  /** Logs that the service has started. Call it after handling signals, because a supervisor may send one after this line. */
  readonly logStart: () => void
  /** Calls ResolveCustomer with a token that cannot be valid and logs the error that buyers would see. Never rejects. */
  readonly checkMarketplace: () => Promise<void>
  /** Serves until the drain ends, waits for requests and jobs in flight, then closes everything. */
  readonly stop: (drain: 'drain' | 'at-once') => Promise<void>
}

export type StartOptions = {
  /** The destination of the log; default: standard output. */
  readonly log?: DestinationStream
  /** Pauses between delivery attempts in milliseconds, for tests. */
  readonly retryScheduleMs?: readonly number[]
}

/** Starts the service from an environment. Rejects with a `ConfigError`, or with the reason why it cannot start. */
export async function start(env: Environment, options: StartOptions = {}): Promise<Service> {
  const config = parseConfig(env)
  const logger = createLogger(config.logLevel, options.log)
  const now = () => new Date()

  const { marketplace, database, poolSize, session, albIdleTimeoutMs, webhook } = config
  const receivers = createReceivers({ webhook, mail: await mailSettings(config), now })
  const measure = await createMeasure({ host: config.metricsHost, port: config.metricsPort })
  const store = await openStore({
    ...storeLimits,
    database,
    poolSize,
    instance: randomUUID(),
    sessionMinutes: session.minutes,
    now,
    onOperation: measure.storeOperation,
    onError: (error: unknown) => {
      logger.warn({ cause: String(error) }, 'database connection lost')
    },
  })
  measure.addReadings({
    sessions: () => store.sessions.count(),
    deliveries_pending: store.backlog.pending,
    deliveries_oldest_pending_seconds: store.backlog.oldestPendingSeconds,
    deliveries_dead: store.backlog.dead,
    agreements_unregistered: store.backlog.unregistered,
    registrations_inactive: store.backlog.inactive,
    registrations_waiting: store.backlog.waiting,
    registrations_overdue: () => store.backlog.overdue(overdueLimits(config.products, now())),
  })
  const services = createServices(store, {
    newId: randomUUID,
    newReference: createReference,
    messagesFor: receivers.messagesFor,
    webhookBody: (notification) => webhookMessage(notification).body,
    products: config.products,
    withSubscriptions: config.subscriptions !== null,
    onWithheld: (withheld) => {
      logWithheld(logger)(withheld)
      measure.withheld(withheld)
    },
  })
  const client = createMeteringClient({ ...marketplace, maxSockets: maxInFlight })
  const resolveCustomer = createResolveCustomer(client, {
    deadlineMs: Math.min(marketplace.deadlineMs, config.requestDeadlineMs),
    maxInFlight,
  })
  const app = createApp({
    config,
    logger,
    resolveCustomer: measure.resolveCustomer(resolveCustomer),
    registrations: services.registrations,
    handoff: services.handoff,
    listByChange: store.listByChange,
    findForSeller: services.findForSeller,
    markReady: services.markReady,
    progressOf: services.progressOf,
    confirmationOf: config.subscriptions === null ? () => Promise.resolve(null) : createConfirmationOf(store.query),
    requireConsoleUser: await consoleGuard({
      config,
      rows: store.consoleSessions,
      callDeadlineMs: providerDeadlineMs,
    }),
    consoleServices: consoleServices(store, services, [...receivers.senders.keys()]),
    sessionStore: store.sessions,
    checkStore: store.check,
    isDraining: () => server.isDraining(),
    newReference: createReference,
    now,
    cacheTemplates: env['NODE_ENV'] !== 'development',
    observe: measure.observe,
  })
  const server = await serve(app, {
    host: config.host,
    port: config.port,
    albIdleTimeoutMs,
    onUnreadable: (unreadable) => {
      logger.info(
        { event: 'registration.refused', code: 'request-unreadable', ...unreadable },
        'refused: request-unreadable',
      )
    },
  })
  const jobs = await startBackgroundWork({
    config,
    store,
    services,
    senders: receivers.senders,
    schedule: options.retryScheduleMs ?? retryScheduleMs,
    logger,
    measure,
    now,
  })
  if (isOnContainerDisk(env)) logger.warn({ hint: containerDiskHint }, 'registrations may vanish')

  return {
    port: server.port,
    logStart: () => {
      logger.info({ event: 'service.started', port: server.port, node: process.version }, 'started')
    },
    checkMarketplace: () => checkMarketplace(resolveCustomer, { logger, isOver: () => server.isDraining() }),
    stop: async (drain) => {
      const drainMs = drain === 'drain' ? config.drainMs : 0
      logger.info({ event: 'service.draining', drainMs }, 'draining')
      await server.drain({ drainMs, graceMs: config.requestDeadlineMs + graceMs })
      await jobs.stop()
      client.destroy()
      await measure.close()
      await store.close()
      logger.info({ event: 'service.stopped' }, 'stopped')
    },
  }
}

/** Loads the AWS client for mail only if MAIL_URL is Amazon SES. */
async function mailSettings({ mail, products, marketplace }: Config): Promise<ReceiverSettings['mail']> {
  if (mail === null) return null
  const { transport, from } = mail
  const content = { from, products, region: marketplace.region }
  if (transport.kind === 'smtp') return { transport, ...content }
  const { createSes } = await import('../aws/ses.ts')
  return { transport: createSes({ region: transport.region, deadlineMs: mailDeadlineMs }), ...content }
}
