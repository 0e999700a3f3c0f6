import { Router, type RequestHandler } from 'express'
import { z } from 'zod'
import type { Handover } from '../../domain/handover.ts'
import { requireBearer } from '../middleware/bearer.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { handoverErrors, refusal } from '../middleware/handover-errors.ts'
import { noteOutcome } from '../middleware/outcome.ts'
import { programBody } from '../middleware/program-body.ts'
import { customerFacts } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type HandoverRoutesDeps = {
  /** Null where there is nothing to hand over to. */
  readonly continuation: { readonly secrets: readonly string[] } | null
  readonly handover: Pick<Handover, 'redeem'>
  readonly rateLimit: RequestHandler
}

const body = z.object({ code: z.string() })

/** Tells the seller's server who the buyer is that brought it this code. Without session and cookies. */
export function handoverRoutes({ continuation, handover, rateLimit }: HandoverRoutesDeps): Router {
  const router = Router()
  if (continuation === null) return router

  router.post(paths.handover, rateLimit, requireBearer(continuation.secrets), ...programBody(), async (req, res) => {
    const { data: sent } = body.safeParse(req.body)
    const redemption = await handover.redeem(sent?.code ?? '')
    if (redemption.outcome === 'refused') {
      const { reason, registrationId } = redemption
      throw refusal('invalid_grant', { reason, registrationId: registrationId ?? undefined })
    }
    const { registration, data } = redemption
    noteOutcome(req, { type: 'handover.redeemed' })
    const facts = { reference: registration.reference, ...customerFacts(registration) }
    req.log.info({ event: 'handover.redeemed', ...facts }, 'handed over')
    res.json(data)
  })

  router.all(paths.handover, methodNotAllowed('POST'))
  router.use(paths.handover, handoverErrors)
  return router
}
