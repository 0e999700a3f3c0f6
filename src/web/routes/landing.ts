import { Router, type RequestHandler } from 'express'
import type { Landing, Land } from '../../domain/land.ts'
import { asAppError } from '../../errors.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { formBody } from '../middleware/form-body.ts'
import { parseLanding } from './landing-form.ts'
import { languageOf } from '../language.ts'
import { sendPage, type Pages } from '../pages/pages.ts'
import { newVisit, signIn, customerFacts, type OpenSession } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type LandingRoutesDeps = {
  readonly land: Land
  readonly pages: Pages
  readonly openSession: OpenSession
  readonly rateLimit: RequestHandler
}

/**
 * The fulfillment URL. AWS's POST comes from another site, so no origin is checked here. A session that the browser brought is
 * read only after the landing is recorded: nothing slow stands before that.
 */
export function landingRoutes({ land, pages, openSession, rateLimit }: LandingRoutesDeps): Router {
  const router = Router()

  router.get(paths.landing, (req, res) => {
    sendPage(res, pages.start(languageOf(req)))
  })

  router.post(paths.landing, ...formBody(), rateLimit, async (req, res) => {
    const { token, claims } = parseLanding(req.body)
    const visitOf = await newVisit(req, () => openSession(req, res))
    const landing = await land({ token, claims, visitOf })
    req.log.info({ event: 'registration.landed', ...facts(landing) }, 'landed')
    await openSession(req, res)
    await signIn(req, landing.registration).catch((error: unknown) => {
      throw asAppError(error).with(callFacts(landing))
    })
    res.redirect(303, landing.registration.status === 'registered' ? paths.complete : paths.registration)
  })

  router.all(paths.landing, methodNotAllowed('GET, HEAD, POST'))
  return router
}

function facts(landing: Landing) {
  const { registration, refusal } = landing
  return {
    reference: registration.reference,
    status: registration.status,
    ...customerFacts(registration),
    ...callFacts(landing),
    /** AWS's answer to a token that we had redeemed before. */
    refusal: refusal ?? undefined,
  }
}

function callFacts({ tokenHash, resolution }: Landing) {
  return {
    tokenHash,
    awsRequestId: resolution?.awsRequestId,
    attempts: resolution?.attempts,
    durationMs: resolution?.durationMs,
  }
}
