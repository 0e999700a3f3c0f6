import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { eventTypes } from '../domain/aws-event-kind.ts'
import { consumedOutcomes } from '../domain/consumed.ts'
import { receivers } from '../domain/delivery.ts'
import { errorCodes } from '../errors.ts'
import { handoffErrorCodes } from '../web/middleware/outcome.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** In seconds. The last one is above the default deadline for one token. */
const callBuckets = [0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16]
const lagBuckets = [1, 10, 60, 300, 900, 3600, 14_400, 86_400]
const storeBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 4]

/** The metrics. Dashboards depend on their names. Every label has a short, fixed list of values. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const metrics = {
    registry,
    landings: new Counter({
      name: 'landing_outcomes_total',
      help: 'Landing POSTs by outcome: landed, returned (already registered), or the failure code',
      labelNames: ['outcome'],
      registers,
    }),
    landingSeconds: new Histogram({
      name: 'landing_duration_seconds',
      help: 'Time from a landing POST to its response',
      buckets: callBuckets,
      registers,
    }),
    registrations: new Counter({
      name: 'registrations_completed_total',
      help: 'Valid forms: submitted for the first time, changed or submitted again',
      registers,
    }),
    corrections: new Counter({
      name: 'registration_corrections_total',
      help: 'Forms that were shown again because a field was invalid',
      registers,
    }),
    failures: new Counter({
      name: 'failure_pages_total',
      help: 'Failure pages of any request by their code',
      labelNames: ['code'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'rate_limit_hits_total',
      help: 'Requests beyond RATE_LIMIT_PER_MINUTE, except those of /handoff',
      registers,
    }),
    resolveSeconds: new Histogram({
      name: 'resolve_customer_duration_seconds',
      help: 'Time of ResolveCustomer calls, retries included',
      labelNames: ['result'],
      buckets: callBuckets,
      registers,
    }),
    resolveAttempts: new Counter({
      name: 'resolve_customer_attempts_total',
      help: 'Requests sent to AWS for ResolveCustomer; more than calls means retries',
      registers,
    }),
    resolveInFlight: new Gauge({
      name: 'resolve_customer_in_flight',
      help: 'ResolveCustomer calls in flight',
      registers,
    }),
    deliveryAttempts: new Counter({
      name: 'delivery_attempts_total',
      help: 'Attempts to deliver a message, by receiver (webhook, mail) and outcome (sent, failed, dead); withheld: mails that were not sent because of the daily limits',
      labelNames: ['receiver', 'outcome'],
      registers,
    }),
    handoffs: new Counter({
      name: 'handoffs_total',
      help: 'POST /handoff by outcome: redeemed, or the error',
      labelNames: ['outcome'],
      registers,
    }),
    jobFailures: new Counter({
      name: 'job_failures_total',
      help: 'Runs of background jobs that failed; each job runs again after its pause',
      labelNames: ['job'],
      registers,
    }),
    awsEvents: new Counter({
      name: 'aws_events_total',
      help: 'Events of AWS Marketplace by type and outcome; those of another account, unreadable and failed ones stay in the queue',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    awsEventLag: new Histogram({
      name: 'aws_event_lag_seconds',
      help: 'Time from an event at AWS Marketplace until it is received',
      buckets: lagBuckets,
      registers,
    }),
    eventsPolledAt: new Gauge({
      name: 'events_polled_timestamp_seconds',
      help: 'When the queue of EVENTS_QUEUE_URL last responded; 0 if never',
      registers,
    }),
    storeSeconds: new Histogram({
      name: 'store_operation_duration_seconds',
      help: 'Database operations',
      labelNames: ['operation', 'result'],
      buckets: storeBuckets,
      registers,
    }),
  }
  // Initialized with zero, because an alert on an increase needs the value before it.
  for (const outcome of ['landed', 'returned', ...errorCodes]) metrics.landings.inc({ outcome }, 0)
  for (const outcome of ['redeemed', ...handoffErrorCodes]) metrics.handoffs.inc({ outcome }, 0)
  for (const receiver of receivers)
    for (const outcome of ['sent', 'failed', 'dead']) metrics.deliveryAttempts.inc({ receiver, outcome }, 0)
  for (const code of errorCodes) metrics.failures.inc({ code }, 0)
  for (const type of [...eventTypes, 'other', 'unreadable'])
    for (const outcome of consumedOutcomes) metrics.awsEvents.inc({ type, outcome }, 0)
  return metrics
}

/** Values that are read from the database at each scrape. */
export const readings = [
  ['sessions', 'Sessions that have not expired, of all instances on this database'],
  ['deliveries_pending', 'Deliveries that are pending, of all instances on this database'],
  ['deliveries_oldest_pending_seconds', 'Age of the oldest pending delivery; 0 if there is none'],
  ['deliveries_dead', 'Deliveries that were given up, of all instances on this database'],
  ['agreements_unregistered', 'Active agreements without a registration, of all instances on this database'],
  ['registrations_inactive', 'Registered buyers whose agreement has ended, of all instances on this database'],
  ['registrations_waiting', 'Registered buyers whose access is not marked as ready, of all instances on this database'],
  [
    'registrations_overdue',
    'Those of registrations_waiting whose promised time has passed, of all instances on this database',
  ],
] as const

type ReadingName = (typeof readings)[number][0]

export type Readings = Readonly<Record<ReadingName, () => Promise<number>>>

/** Adds the values from the database. A value that cannot be read is omitted. */
export function addReadings(metrics: Metrics, read: Readings): void {
  for (const [name, help] of readings) addReading(metrics, { name, help }, read[name])
}

type Description = { readonly name: ReadingName; readonly help: string }

function addReading({ registry }: Metrics, description: Description, read: () => Promise<number>): void {
  new Gauge({
    ...description,
    registers: [registry],
    async collect() {
      this.reset()
      await read().then(
        (value) => {
          this.set(value)
        },
        () => {
          this.remove()
        },
      )
    },
  })
}
