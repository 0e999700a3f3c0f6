import { Router } from 'express'
import { methodNotAllowed } from '../errors/error-handler.ts'
import type { Sessions } from '../middleware/session.ts'
import { paths } from '../paths.ts'

type LeaveRoutesDeps = { readonly sessions: Pick<Sessions, 'open' | 'end'> }

/** Ends the session, for buyers on a shared computer. The old cookie is then invalid. */
export function leaveRoutes({ sessions }: LeaveRoutesDeps): Router {
  const router = Router()

  router.post(paths.leave, async (req, res) => {
    await sessions.open(req, res)
    await sessions.end(req, res)
    res.redirect(303, paths.landing)
  })

  router.all(paths.leave, methodNotAllowed('POST'))
  return router
}
