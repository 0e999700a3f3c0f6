import { Router, type RequestHandler } from 'express'
import { within } from '../../domain/deadline.ts'
import type { Land } from '../../domain/land.ts'
import { asAppError } from '../../errors.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { formBody } from '../middleware/form-body.ts'
import { signIn, type OpenSession } from '../middleware/session.ts'
import { callFacts, tell } from '../middleware/tell.ts'
import { paths } from '../paths.ts'
import { parseLanding } from './landing-form.ts'

export type LandingRoutesDeps = {
  readonly land: Land
  readonly openSession: OpenSession
  readonly rateLimit: RequestHandler
  /** The whole budget of one request, in milliseconds. */
  readonly deadlineMs: number
}

/**
 * The fulfillment URL. AWS's POST comes from another site, so no origin is checked here. A session that the browser brought is
 * read only after the landing is recorded: nothing slow stands before that.
 */
export function landingRoutes({ land, openSession, rateLimit, deadlineMs }: LandingRoutesDeps): Router {
  const router = Router()

  router.post(paths.landing, ...formBody(), rateLimit, async (req, res) => {
    const budget = AbortSignal.timeout(deadlineMs)
    const landed = await land({ ...parseLanding(req.body), budget })
    tell(req, landed)
    const signedIn = openSession(req, res).then(() => signIn(req, landed.registration))
    await within(budget, signedIn).catch((error: unknown) => {
      throw asAppError(error).with(callFacts(landed))
    })
    res.redirect(303, landed.registration.status === 'registered' ? paths.complete : paths.registration)
  })

  router.all(paths.landing, methodNotAllowed('GET, HEAD, POST'))
  return router
}
