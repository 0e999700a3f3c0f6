import { Router, type RequestHandler } from 'express'
import { z } from 'zod'
import { within } from '../../domain/deadline.ts'
import type { Arrival, Land } from '../../domain/land.ts'
import { AppError, asAppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { formBody } from '../middleware/form-body.ts'
import type { Sessions } from '../middleware/session.ts'
import { callFacts, logEvent } from '../middleware/log-event.ts'
import { paths } from '../paths.ts'

type LandingRoutesDeps = {
  readonly land: Land
  readonly sessions: Pick<Sessions, 'open' | 'signIn'>
  readonly limitPosts: RequestHandler
  /** The deadline of one request, in milliseconds. */
  readonly deadlineMs: number
}

/** AWS documents no limit. Real tokens had 184 characters. */
const longestToken = 8192

/** An unsigned value from the browser. Null if it is too long or contains control characters. */
const claim = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)
  .optional()
  .catch(undefined)
  .transform((text) => text ?? null)

const fields = z.object({
  'x-amzn-marketplace-token': z.unknown().optional(),
  'x-amzn-marketplace-offer-type': claim,
  'x-amzn-marketplace-agreement-id': claim,
  'x-amzn-marketplace-product-id': claim,
  /** AWS's sealed response, from our own Try again form. */
  answer: z
    .string()
    .max(8192)
    .optional()
    .catch(undefined)
    .transform((text) => text ?? null),
})

/**
 * The fulfillment URL. AWS's POST comes from another site, so its origin is not checked. The browser's session is loaded only after
 * the landing is recorded, so that a slow database does not delay resolving the token.
 */
export function landingRoutes({ land, sessions, limitPosts, deadlineMs }: LandingRoutesDeps): Router {
  const router = Router()

  router.post(paths.landing, ...formBody('64kb'), limitPosts, async (req, res) => {
    const budget = AbortSignal.timeout(deadlineMs)
    const landed = await land({ ...parseLanding(req.body), budget })
    logEvent(req, landed)
    const signedIn = sessions.open(req, res).then(() => sessions.signIn(req, landed.registration))
    await within(budget, signedIn).catch((error: unknown) => {
      throw asAppError(error).with(callFacts(landed))
    })
    res.redirect(303, landed.registration.status === 'registered' ? paths.complete : paths.registration)
  })

  router.all(paths.landing, methodNotAllowed('GET, HEAD, POST'))
  return router
}

/** Parses the form of AWS Marketplace or our own Try again form. Throws `token-missing` or `token-malformed`. */
function parseLanding(body: unknown): Omit<Arrival, 'budget'> {
  const form = fields.parse(body)
  const token = form['x-amzn-marketplace-token']
  if (token === undefined || token === '') throw new AppError('token-missing')
  if (typeof token !== 'string' || token.length > longestToken) throw new AppError('token-malformed')
  return {
    token,
    sealedAnswer: form.answer,
    claims: {
      offerType: form['x-amzn-marketplace-offer-type'],
      claimedAgreementId: form['x-amzn-marketplace-agreement-id'],
      claimedProductId: form['x-amzn-marketplace-product-id'],
    },
  }
}
