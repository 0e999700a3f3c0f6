import type { ResolveCustomer } from '../domain/customer.ts'
import { AppError } from '../errors.ts'
import type { Observe } from '../web/middleware/outcome.ts'
import type { Metrics } from './metrics.ts'

/** Counts landings and registrations by outcome. */
export function observing(metrics: Metrics): Observe {
  return (outcome, { landing, durationMs }) => {
    if (landing) metrics.landingSeconds.observe(durationMs / 1000)
    switch (outcome.type) {
      case 'registration.landed':
        metrics.landings.inc({ outcome: outcome.registration.status === 'registered' ? 'returned' : 'landed' })
        return
      case 'registration.completed':
      case 'registration.changed':
      case 'registration.unchanged':
        metrics.registrations.inc()
        return
      case 'form.corrected':
        metrics.corrections.inc()
        return
      case 'handoff.redeemed':
        metrics.handoffs.inc({ outcome: 'redeemed' })
        return
      case 'handoff.refused':
        metrics.handoffs.inc({ outcome: outcome.error })
        return
      case 'failed':
        if (landing) metrics.landings.inc({ outcome: outcome.code })
        metrics.failures.inc({ code: outcome.code })
        if (outcome.code === 'too-many-requests') metrics.rateLimited.inc()
    }
  }
}

/** Wraps ResolveCustomer to measure its calls. */
export function measuredResolve(resolveCustomer: ResolveCustomer, metrics: Metrics): ResolveCustomer {
  return async (token) => {
    const stop = metrics.resolveSeconds.startTimer()
    metrics.resolveInFlight.inc()
    try {
      const resolution = await resolveCustomer(token)
      stop({ result: 'ok' })
      metrics.resolveAttempts.inc(resolution.attempts)
      return resolution
    } catch (error) {
      stop({ result: 'failed' })
      metrics.resolveAttempts.inc(attemptsOf(error))
      throw error
    } finally {
      metrics.resolveInFlight.dec()
    }
  }
}

/** One if not known, because a call that reached its deadline was sent at least once. */
function attemptsOf(error: unknown): number {
  const attempts = error instanceof AppError ? error.details.facts?.['attempts'] : undefined
  return typeof attempts === 'number' ? attempts : 1
}
