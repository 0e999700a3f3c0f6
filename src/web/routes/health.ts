import { Router } from 'express'
import type { CheckStore } from '../../domain/ports.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { paths } from '../paths.ts'

export type HealthRoutesDeps = {
  readonly checkStore: CheckStore
  readonly isDraining: () => boolean
}

/** Liveness depends on nothing outside the process. Readiness depends on the database and the drain, never on AWS. */
export function healthRoutes({ checkStore, isDraining }: HealthRoutesDeps): Router {
  const router = Router()

  router.get(paths.health, (_req, res) => {
    res.json({ status: 'ok' })
  })

  router.get(paths.readiness, async (_req, res) => {
    const store = await checkStore().then(
      () => 'ok',
      () => 'failing',
    )
    const status = isDraining() ? 'draining' : store === 'ok' ? 'ok' : 'unavailable'
    res.status(status === 'ok' ? 200 : 503).json({ status, checks: { store } })
  })

  router.all([paths.health, paths.readiness], methodNotAllowed('GET, HEAD'))
  return router
}
