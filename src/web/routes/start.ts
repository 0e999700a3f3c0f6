import { Router, type Request, type Response } from 'express'
import type { Registrations } from '../../domain/registrations.ts'
import type { Registration } from '../../domain/registration.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { languageOf } from '../language.ts'
import { knownCustomer, type Sessions } from '../middleware/session.ts'
import { sendPage, type PagesFor } from '../pages/pages.ts'
import { paths } from '../paths.ts'

type StartRoutesDeps = {
  readonly registrations: Pick<Registrations, 'find'>
  readonly pagesFor: PagesFor
  readonly openSession: Sessions['open']
}

/** The start page. A buyer with a session can continue from there. Works without the database. */
export function startRoutes({ registrations, pagesFor, openSession }: StartRoutesDeps): Router {
  const router = Router()

  router.get(paths.landing, async (req, res) => {
    const open = await findOpen(req, res).catch(() => null)
    sendPage(res, pagesFor(open?.productCode ?? null).start(languageOf(req), open))
  })

  // Express itself responds to OPTIONS if a router has no route for it.
  router.options(paths.landing, methodNotAllowed('GET, HEAD, POST'))
  return router

  async function findOpen(req: Request, res: Response): Promise<Registration | null> {
    await openSession(req, res)
    const customer = knownCustomer(req)
    return customer === null ? null : await registrations.find(customer.id)
  }
}
