import { Router, type RequestHandler } from 'express'
import type { Landing, Land } from '../domain/landing.ts'
import { methodNotAllowed } from '../http/error-handler.ts'
import { formBody } from '../http/form-body.ts'
import { parseLanding } from '../http/landing-form.ts'
import { languageOf } from '../http/language.ts'
import { show, type Pages } from '../http/pages.ts'
import { newVisit, signIn, type OpenSession } from '../http/session.ts'
import { paths } from '../paths.ts'

export type LandingRoutesDeps = {
  readonly land: Land
  readonly pages: Pages
  readonly openSession: OpenSession
  readonly rateLimit: RequestHandler
}

/**
 * The fulfillment URL. AWS's POST comes from another site, so no origin is checked here. The session is opened only after
 * the token is redeemed: nothing slow stands before that call.
 */
export function landingRoutes({ land, pages, openSession, rateLimit }: LandingRoutesDeps): Router {
  const router = Router()

  router.get(paths.landing, (req, res) => {
    show(res, pages.start(languageOf(req)))
  })

  router.post(paths.landing, ...formBody(), rateLimit, async (req, res) => {
    const { token, claims } = parseLanding(req.body)
    const openVisit = async () => {
      await openSession(req, res)
      return newVisit(req)
    }
    const landing = await land({ token, claims, openVisit })
    req.log.info({ event: 'registration.landed', ...facts(landing) }, 'landed')
    await signIn(req, landing.registration)
    res.redirect(303, landing.registration.status === 'registered' ? paths.complete : paths.registration)
  })

  router.all(paths.landing, methodNotAllowed('GET, HEAD, POST'))
  return router
}

function facts({ registration, tokenHash, resolution, refusal }: Landing) {
  return {
    reference: registration.reference,
    registrationId: registration.id,
    status: registration.status,
    productCode: registration.productCode,
    customerAwsAccountId: registration.awsAccountId,
    licenseArn: registration.licenseArn,
    tokenHash,
    awsRequestId: resolution?.awsRequestId,
    attempts: resolution?.attempts,
    durationMs: resolution?.durationMs,
    /** AWS's answer to a token that we had redeemed before. */
    refusal: refusal ?? undefined,
  }
}
