import { Router, type Request } from 'express'
import type { CheckStore } from '../../domain/unit-of-work.ts'
import { asAppError, type AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { described } from '../errors/failure.ts'
import { paths } from '../paths.ts'

type HealthRoutesDeps = {
  readonly checkStore: CheckStore
  readonly isDraining: () => boolean
}

/** Liveness depends only on the process. Readiness depends on the database and the drain, never on AWS. */
export function healthRoutes({ checkStore, isDraining }: HealthRoutesDeps): Router {
  const router = Router()
  let ready = true

  /** Logs only changes, because a load balancer checks every few seconds. */
  function log(req: Request, failure: AppError | null): void {
    if (ready === (failure === null)) return
    ready = failure === null
    if (failure === null) req.log.info('ready again')
    else {
      const { hint, cause } = failure.details
      req.log.warn({ code: failure.code, hint, cause: described(cause) }, 'not ready')
    }
  }

  router.get(paths.health, (_req, res) => {
    res.json({ status: 'ok' })
  })

  router.get(paths.readiness, async (req, res) => {
    const failure = await checkStore().then(() => null, asAppError)
    log(req, failure)
    const store = failure === null ? 'ok' : 'failing'
    const status = isDraining() ? 'draining' : store === 'ok' ? 'ok' : 'unavailable'
    res.status(status === 'ok' ? 200 : 503).json({ status, checks: { store } })
  })

  router.all([paths.health, paths.readiness], methodNotAllowed('GET, HEAD'))
  return router
}
