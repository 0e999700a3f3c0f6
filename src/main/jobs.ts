import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { logAttempts } from '../delivery/log.ts'
import type { Receiver, Send } from '../domain/delivery.ts'
import { asAppError } from '../errors.ts'
import { abandonedJob } from '../jobs/abandoned.ts'
import { deliverJob } from '../jobs/deliver.ts'
import { pruneJob } from '../jobs/prune.ts'
import { startJobs } from '../jobs/runner.ts'
import type { Measure } from '../metrics/measure.ts'
import type { Store } from '../store/store.ts'
import type { Services } from './services.ts'
import { subscriptionJobs } from './subscription-jobs.ts'

type BackgroundDeps = {
  readonly config: Config
  readonly store: Store
  readonly services: Services
  readonly senders: ReadonlyMap<Receiver, Send>
  /** Pauses between delivery attempts in milliseconds. */
  readonly schedule: readonly number[]
  readonly logger: Logger
  readonly measure: Measure
  readonly now: () => Date
}

/** Starts all background work of this instance. */
export async function startBackgroundWork(deps: BackgroundDeps) {
  const { config, store, services, senders, schedule, logger, measure, now } = deps
  const logAttempt = logAttempts(logger)
  const jobs = [
    pruneJob(store.prune),
    abandonedJob({ transaction: store.transaction, ...services, now }),
    ...[...senders].map(([receiver, send]) =>
      deliverJob({
        receiver,
        send,
        outbox: store.outbox,
        schedule,
        random: Math.random,
        onAttempt: (delivery, attempt) => {
          logAttempt(delivery, attempt)
          measure.attempt(delivery, attempt)
        },
      }),
    ),
    ...(await subscriptionJobs({ config, store, services, logger, measure, now })),
  ]
  return startJobs(jobs, (job, error) => {
    const { code, details } = asAppError(error)
    const { cause = error, hint, facts } = details
    logger.warn({ job, code, ...facts, hint, cause: String(cause) }, 'job failed')
    measure.jobFailed(job)
  })
}
