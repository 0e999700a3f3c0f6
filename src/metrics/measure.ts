import { eventTypes, withoutRole } from '../domain/aws-event-kind.ts'
import type { Consumed, Seen } from '../domain/consumed.ts'
import type { Delivery, DeliveryAttempt } from '../domain/delivery.ts'
import type { WithheldMails } from '../domain/notify.ts'
import type { Operation } from '../domain/unit-of-work.ts'
import type { ResolveCustomer } from '../domain/customer.ts'
import type { Observe } from '../web/middleware/outcome.ts'
import type { Readings } from './metrics.ts'

export type Measure = {
  readonly observe: Observe
  readonly resolveCustomer: (port: ResolveCustomer) => ResolveCustomer
  readonly storeOperation: (operation: Operation, durationMs: number, result: 'ok' | 'failed') => void
  readonly jobFailed: (job: string) => void
  readonly attempt: (delivery: Delivery, attempt: DeliveryAttempt) => void
  readonly withheld: (withheld: WithheldMails) => void
  /** Called when the queue of AWS events responds. */
  readonly polled: () => void
  readonly consumed: (seen: Seen, consumed: Consumed, now: Date) => void
  /** Adds the metrics that are read from the database. */
  readonly addReadings: (readings: Readings) => void
  readonly close: () => Promise<void>
}

type MeasureOptions = {
  readonly host: string
  /** 0 turns metrics off. */
  readonly port: number
}

const nothing: Measure = {
  observe: () => undefined,
  resolveCustomer: (port) => port,
  storeOperation: () => undefined,
  jobFailed: () => undefined,
  attempt: () => undefined,
  withheld: () => undefined,
  polled: () => undefined,
  consumed: () => undefined,
  addReadings: () => undefined,
  close: () => Promise.resolve(),
}

/** Serves metrics on their own port if one is set. Rejects if it cannot listen there. */
export async function createMeasure({ host, port }: MeasureOptions): Promise<Measure> {
  if (port === 0) return nothing
  // Loaded only if needed, so that a start without metrics is fast.
  const [{ addReadings, createMetrics }, measured, { serveMetrics }] = await Promise.all([
    import('./metrics.ts'),
    import('./measured.ts'),
    import('./serve.ts'),
  ])
  const metrics = createMetrics()
  const server = await serveMetrics(metrics, host, port)
  return {
    observe: measured.observing(metrics),
    resolveCustomer: (port) => measured.measuredResolve(port, metrics),
    storeOperation: (operation, durationMs, result) => {
      metrics.storeSeconds.observe({ operation, result }, durationMs / 1000)
    },
    jobFailed: (job) => {
      metrics.jobFailures.inc({ job })
    },
    attempt: ({ receiver }, { outcome }) => {
      metrics.deliveryAttempts.inc({ receiver, outcome })
    },
    withheld: ({ mails }) => {
      metrics.deliveryAttempts.inc({ receiver: 'mail', outcome: 'withheld' }, mails)
    },
    polled: () => {
      metrics.eventsPolledAt.setToCurrentTime()
    },
    consumed: ({ detailType, time }, { outcome }, now) => {
      metrics.awsEvents.inc({ type: detailType === null ? 'unreadable' : typeOf(detailType), outcome })
      if (time !== null) metrics.awsEventLag.observe(Math.max(0, now.getTime() - time.getTime()) / 1000)
    },
    addReadings: (readings) => {
      addReadings(metrics, readings)
    },
    close: server.close,
  }
}

function typeOf(detailType: string): string {
  const type = withoutRole(detailType)
  return eventTypes.includes(type) ? type : 'other'
}
