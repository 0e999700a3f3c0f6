import type { Store as SessionStore } from 'express-session'
import { eventTypes, withoutRole } from '../domain/aws-event.ts'
import type { Consumed, Seen } from '../domain/consumed.ts'
import type { Delivery, DeliveryAttempt } from '../domain/delivery.ts'
import type { CheckStore } from '../domain/unit-of-work.ts'
import type { Registrations } from '../domain/registrations.ts'
import type { ResolveCustomer } from '../domain/customer.ts'
import type { Observe } from '../web/middleware/outcome.ts'
import type { Readings } from './metrics.ts'
import type { Sessions } from './measured-sessions.ts'

/** Ports in, the same ports out, measured or as they were. */
export type Measure = {
  readonly observe: Observe
  readonly resolveCustomer: (port: ResolveCustomer) => ResolveCustomer
  readonly registrations: (port: Registrations) => Registrations
  readonly sessions: (store: SessionStore & Sessions) => SessionStore
  readonly checkStore: (port: CheckStore) => CheckStore
  readonly jobFailed: (job: string) => void
  readonly attempt: (delivery: Delivery, attempt: DeliveryAttempt) => void
  /** The queue of AWS's events has answered. */
  readonly polled: () => void
  readonly consumed: (seen: Seen, consumed: Consumed, now: Date) => void
  readonly close: () => Promise<void>
}

export type MeasureOptions = {
  readonly host: string
  /** 0 measures nothing. */
  readonly port: number
  /** Asked for when the metrics are read. */
  readonly readings: Readings
}

const nothing: Measure = {
  observe: () => undefined,
  resolveCustomer: (port) => port,
  registrations: (port) => port,
  sessions: (store) => store,
  checkStore: (port) => port,
  jobFailed: () => undefined,
  attempt: () => undefined,
  polled: () => undefined,
  consumed: () => undefined,
  close: () => Promise.resolve(),
}

/** Serves metrics on a port of their own, where one is set. Rejects when it cannot listen there. */
export async function createMeasure({ host, port, readings }: MeasureOptions): Promise<Measure> {
  if (port === 0) return nothing
  // Loaded only when asked for: a start without metrics does not pay for them.
  const [{ addReadings, createMetrics }, measured, { MeasuredSessions }, { serveMetrics }] = await Promise.all([
    import('./metrics.ts'),
    import('./measured.ts'),
    import('./measured-sessions.ts'),
    import('./serve.ts'),
  ])
  const metrics = createMetrics()
  const server = await serveMetrics(metrics, host, port)
  addReadings(metrics, readings)
  return {
    observe: measured.observing(metrics),
    resolveCustomer: (port) => measured.measuredResolve(port, metrics),
    registrations: (port) => measured.measuredRegistrations(port, metrics),
    sessions: (store) => new MeasuredSessions(store, metrics),
    checkStore: (port) => measured.measuredCheck(port, metrics),
    jobFailed: (job) => {
      metrics.jobFailures.inc({ job })
    },
    attempt: ({ receiver }, { outcome }) => {
      metrics.deliveryAttempts.inc({ receiver, outcome })
    },
    polled: () => {
      metrics.eventsPolledAt.setToCurrentTime()
    },
    consumed: ({ detailType, time }, { outcome }, now) => {
      metrics.awsEvents.inc({ type: detailType === null ? 'unreadable' : typeOf(detailType), outcome })
      if (time !== null) metrics.awsEventLag.observe(Math.max(0, now.getTime() - time.getTime()) / 1000)
    },
    close: server.close,
  }
}

function typeOf(detailType: string): string {
  const type = withoutRole(detailType)
  return eventTypes.includes(type) ? type : 'other'
}
