import { Router, type Request, type Response } from 'express'
import type { Registrations } from '../../domain/registrations.ts'
import type { Registration } from '../../domain/registration.ts'
import { languageOf } from '../language.ts'
import { knownCustomer, type Sessions } from '../middleware/session.ts'
import { sendPage, type PagesFor } from '../pages/pages.ts'
import { paths } from '../paths.ts'

export type StartRoutesDeps = {
  readonly registrations: Pick<Registrations, 'find'>
  readonly pagesFor: PagesFor
  readonly openSession: Sessions['open']
}

/** The start page. A registered buyer sees a link to the last page. It works without the database. */
export function startRoutes({ registrations, pagesFor, openSession }: StartRoutesDeps): Router {
  const router = Router()

  router.get(paths.landing, async (req, res) => {
    const registered = await findRegistered(req, res).catch(() => null)
    sendPage(res, pagesFor(registered?.productCode ?? null).start(languageOf(req), registered))
  })

  return router

  async function findRegistered(req: Request, res: Response): Promise<Registration | null> {
    await openSession(req, res)
    const customer = knownCustomer(req)
    const registration = customer === null ? null : await registrations.find(customer.id)
    return registration?.status === 'registered' ? registration : null
  }
}
