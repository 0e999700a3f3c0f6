import { Router, type Request } from 'express'
import { methodNotAllowed } from '../errors/error-handler.ts'
import type { OpenSession } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type LeaveRoutesDeps = { readonly openSession: OpenSession }

/** Ends the session, for who shares the computer with others. The cookie that the browser keeps opens nothing afterwards. */
export function leaveRoutes({ openSession }: LeaveRoutesDeps): Router {
  const router = Router()

  router.post(paths.leave, async (req, res) => {
    await openSession(req, res)
    await endSession(req)
    res.redirect(303, paths.landing)
  })

  router.all(paths.leave, methodNotAllowed('POST'))
  return router
}

function endSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.destroy((error: unknown) => {
      if (error === undefined || error === null) resolve()
      else reject(error instanceof Error ? error : new Error('The session could not be ended', { cause: error }))
    })
  })
}
