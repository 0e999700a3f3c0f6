import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { createApp } from './app.ts'
import { createMeteringClient } from './aws/client.ts'
import { createResolveCustomer } from './aws/resolve-customer.ts'
import { ConfigError, parseConfig, type Config } from './config/config.ts'
import { probe } from './aws/probe.ts'
import { createReference } from './domain/reference.ts'
import { AppError } from './errors.ts'
import { createPages } from './web/pages/pages.ts'
import { securityHeaders } from './web/middleware/security.ts'
import { malformedPage } from './web/malformed.ts'
import { logAttempts } from './delivery/log.ts'
import { mailDeadlineMs } from './delivery/mail.ts'
import { createReceivers, type ReceiverSettings } from './delivery/receivers.ts'
import { retryScheduleMs } from './domain/delivery.ts'
import { abandonedJob } from './jobs/abandoned.ts'
import { deliverJob } from './jobs/deliver.ts'
import { pruneJob } from './jobs/prune.ts'
import { startJobs } from './jobs/runner.ts'
import { createMeasure } from './metrics/measure.ts'
import { serve } from './web/server.ts'
import { openStore } from './store/store.ts'

/** ResolveCustomer calls at once. Beyond it a buyer is told to try again instead of waiting behind others. */
const maxInFlight = 500
const connectTimeoutMs = 2_000
/** Waiting for a connection ends before the deadline, so that a buyer is told which of the two it was. */
const storeLimits = { deadlineMs: 2_000, connectTimeoutMs: 1_500, idleTimeoutMs: 30_000 }
/** What requests under way may still take after the drain, beyond the budget of one. */
const graceMs = 1_000

type Environment = Readonly<Record<string, string | undefined>>

export type Service = {
  readonly port: number
  /** Tries ResolveCustomer with a token that cannot be valid, and logs what would meet buyers. Never rejects. */
  readonly checkMarketplace: () => Promise<void>
  /** Serves on for as long as the drain lasts, lets what is under way end, closes everything. */
  readonly stop: (drain: 'drain' | 'at-once') => Promise<void>
}

export type StartOptions = {
  /** Pauses between the attempts of a delivery, in milliseconds: shorter in tests. */
  readonly retryScheduleMs?: readonly number[]
}

/** Starts the whole service from an environment. Rejects with a `ConfigError`, or with the reason it cannot start. */
export async function start(env: Environment, options: StartOptions = {}): Promise<Service> {
  const config = parseConfig(env)
  const logger = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime })
  const newReference = () => createReference(randomUUID())
  const now = () => new Date()

  const { marketplace, database, poolSize, session, albIdleTimeoutMs, webhook } = config
  const receivers = createReceivers({ webhook, mail: await mailSettings(config), now })
  const store = await openStore({
    ...storeLimits,
    database,
    poolSize,
    sessionMinutes: session.minutes,
    now,
    newId: randomUUID,
    newReference,
    messagesFor: receivers.messagesFor,
    onError: (error: unknown) => {
      logger.warn({ cause: String(error) }, 'database connection lost')
    },
  })
  const client = createMeteringClient({ ...marketplace, maxSockets: maxInFlight, connectTimeoutMs })
  const resolveCustomer = createResolveCustomer(client, {
    deadlineMs: Math.min(marketplace.deadlineMs, config.requestDeadlineMs),
    maxInFlight,
  })
  const measure = await createMeasure({
    host: config.metricsHost,
    port: config.metricsPort,
    readings: {
      sessions: () => store.sessions.count(),
      deliveries_pending: store.backlog.pending,
      deliveries_oldest_pending_seconds: store.backlog.oldestPendingSeconds,
      deliveries_dead: store.backlog.dead,
    },
  })
  const app = createApp({
    config,
    logger,
    resolveCustomer: measure.resolveCustomer(resolveCustomer),
    registrations: measure.registrations({
      ...store.registrations,
      complete: async (id, completion) => {
        const sent = await store.registrations.complete(id, completion)
        jobs.wake()
        return sent
      },
    }),
    redemptions: store.redemptions,
    handover: store.handover,
    sessionStore: measure.sessions(store.sessions),
    checkStore: measure.checkStore(store.check),
    isDraining: () => server.isDraining(),
    newReference,
    now,
    cacheTemplates: env['NODE_ENV'] !== 'development',
    observe: measure.observe,
  })
  const unreadable = malformedPage(app, {
    pages: createPages(config.branding),
    logger,
    securityHeaders: securityHeaders({ secure: config.secure, logoUrl: config.branding.logoUrl }),
    newReference,
    observe: measure.observe,
  })
  const server = await serve(app, { host: config.host, port: config.port, albIdleTimeoutMs, unreadable })
  const logAttempt = logAttempts(logger)
  const jobs = startJobs(
    [
      pruneJob(store.prune),
      abandonedJob({ ...store, now }),
      ...[...receivers.senders].map(([receiver, send]) =>
        deliverJob({
          receiver,
          send,
          outbox: store.outbox,
          schedule: options.retryScheduleMs ?? retryScheduleMs,
          random: Math.random,
          onAttempt: (delivery, attempt) => {
            logAttempt(delivery, attempt)
            measure.attempt(delivery, attempt)
          },
        }),
      ),
    ],
    (job, error) => {
      logger.warn({ job, cause: String(error) }, 'job failed')
      measure.jobFailed(job)
    },
  )
  logger.info({ event: 'service.started', port: server.port, node: process.version }, 'started')

  return {
    port: server.port,
    checkMarketplace: async () => {
      const failure = await probe(resolveCustomer)
      if (failure === null || server.isDraining()) return
      const { cause, hint, facts } = failure.details
      logger.warn({ code: failure.code, ...facts, hint, cause: String(cause) }, 'ResolveCustomer would fail')
    },
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

/** The AWS client for mail is loaded only where mail leaves by SES. */
async function mailSettings({ mail, branding }: Config): Promise<ReceiverSettings['mail']> {
  if (mail === null || mail.transport === null) return null
  const { transport, from, notify } = mail
  if (transport.kind === 'smtp') return { transport, from, notify, branding }
  const { createSes } = await import('./aws/ses.ts')
  return { transport: createSes({ region: transport.region, deadlineMs: mailDeadlineMs }), from, notify, branding }
}

/** Says why the service cannot start, for whoever reads the terminal or the task's log, and ends with 1. */
export function failToStart(error: unknown): never {
  const reasons = error instanceof ConfigError ? error.faults : [reasonOf(error)]
  process.stderr.write(`Marketplace Landing cannot start:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
  process.exit(1)
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.details.hint ?? reasonOf(error.details.cause)
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'PORT is in use by another process: end it, or set another PORT'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'HOST is no address of this machine: leave it out, or set it to 0.0.0.0 or 127.0.0.1'
  if (code === 'EACCES') return 'PORT needs more rights than this process has: set PORT to 1024 or above'
  return error.message
}

/** SIGTERM drains, SIGINT stops without waiting; a second signal of either kind kills. */
export function stopOnSignals(service: Service): void {
  const stop = (drain: 'drain' | 'at-once') => () => {
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT')
    void service.stop(drain)
  }
  process.once('SIGTERM', stop('drain'))
  process.once('SIGINT', stop('at-once'))
}

if (import.meta.main) {
  start(process.env).then((service) => {
    stopOnSignals(service)
    void service.checkMarketplace()
  }, failToStart)
}
