import { Router, type RequestHandler } from 'express'
import { z } from 'zod'
import type { Handoff } from '../../domain/handoff.ts'
import { requireBearer } from '../middleware/bearer.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { handoffErrors, refusal } from '../middleware/handoff-errors.ts'
import { noteOutcome } from '../middleware/outcome.ts'
import { programBody } from '../middleware/program-body.ts'
import { customerFacts } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type HandoffRoutesDeps = {
  /** Null where there is nothing to hand over to. */
  readonly continuation: { readonly secrets: readonly string[] } | null
  readonly handoff: Pick<Handoff, 'redeem'>
  readonly rateLimit: RequestHandler
}

const body = z.object({ code: z.string() })

/** Tells the seller's server who the buyer is that brought it this code. Without session and cookies. */
export function handoffRoutes({ continuation, handoff, rateLimit }: HandoffRoutesDeps): Router {
  const router = Router()
  if (continuation === null) return router

  router.post(paths.handoff, rateLimit, requireBearer(continuation.secrets), ...programBody(), async (req, res) => {
    const { data: sent } = body.safeParse(req.body)
    const redemption = await handoff.redeem(sent?.code ?? '')
    if (redemption.outcome === 'refused') {
      const { reason, registrationId } = redemption
      throw refusal('invalid_grant', { reason, registrationId: registrationId ?? undefined })
    }
    const { registration, data } = redemption
    noteOutcome(req, { type: 'handoff.redeemed' })
    const facts = { reference: registration.reference, ...customerFacts(registration) }
    req.log.info({ event: 'handoff.redeemed', ...facts }, 'handed over')
    res.json(data)
  })

  router.all(paths.handoff, methodNotAllowed('POST'))
  router.use(paths.handoff, handoffErrors)
  return router
}
