import express, { Router, type RequestHandler } from 'express'
import { z } from 'zod'
import type { Handoff } from '../../domain/handoff.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { requireSecret } from '../middleware/bearer.ts'
import { noteOutcome } from '../middleware/outcome.ts'
import { customerFacts } from '../middleware/session.ts'
import { paths } from '../paths.ts'
import { HandoffError, handoffErrors } from './handoff-error.ts'

type RedeemRoutesDeps = {
  /** Empty if the handoff is off. */
  readonly secrets: readonly string[]
  readonly handoff: Pick<Handoff, 'redeem'>
  readonly limitCalls: RequestHandler
  readonly limitFailedSecrets: RequestHandler
}

const limit = '8kb'

/** Parses a form or JSON. No body counts as one without a code. */
const parseBody: readonly RequestHandler[] = [
  express.urlencoded({ extended: false, limit, parameterLimit: 20 }),
  express.json({ limit }),
  (req, _res, next) => {
    const isEmpty = req.get('Content-Length') === '0'
    if (!isEmpty && req.is(['application/x-www-form-urlencoded', 'application/json']) === false)
      throw new AppError('request-unreadable', { status: 415 })
    next()
  },
]

const body = z.object({ code: z.string() })

/** Returns the buyer of a code to the seller's server. Uses no session and no cookies. */
export function redeemRoutes({ secrets, handoff, limitCalls, limitFailedSecrets }: RedeemRoutesDeps): Router {
  const router = Router()
  if (secrets.length === 0) return router
  const failure = () => new HandoffError('invalid_client')
  const authenticate = requireSecret({ secrets, limitFailedSecrets, failure })

  router.post(paths.redeem, authenticate, limitCalls, ...parseBody, async (req, res) => {
    const { data: sent } = body.safeParse(req.body)
    const redeemed = await handoff.redeem(sent?.code ?? '')
    if (redeemed.outcome === 'refused') {
      const { reason, registrationId } = redeemed
      throw new HandoffError('invalid_grant', { facts: { reason, registrationId: registrationId ?? undefined } })
    }
    const { registration, data } = redeemed
    noteOutcome(req, { type: 'handoff.redeemed' })
    const facts = { reference: registration.reference, ...customerFacts(registration) }
    req.log.info({ event: 'handoff.redeemed', ...facts }, 'code redeemed')
    res.json(data)
  })

  router.all(paths.redeem, methodNotAllowed('POST'))
  router.use(paths.redeem, handoffErrors)
  return router
}
