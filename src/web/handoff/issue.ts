import { Router } from 'express'
import type { Handoff } from '../../domain/handoff.ts'
import type { Registrations } from '../../domain/registrations.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { knownCustomer, type OpenSession } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type IssueRoutesDeps = {
  /** Where the last page links to; null when the handoff is off. */
  readonly url: string | null
  readonly registrations: Pick<Registrations, 'find'>
  readonly handoff: Pick<Handoff, 'issue'>
  readonly openSession: OpenSession
}

/** The link into the seller's application. A GET, because `form-action 'self'` stops a form whose answer leads elsewhere. */
export function issueRoutes({ url, registrations, handoff, openSession }: IssueRoutesDeps): Router {
  const router = Router()
  if (url === null) return router

  router.get(paths.handoff, async (req, res) => {
    await openSession(req, res)
    const customer = knownCustomer(req)
    const registration = customer === null ? null : await registrations.find(customer.id)
    if (registration?.status !== 'registered') {
      // That page says what is wrong, or has the form.
      res.redirect(303, paths.registration)
      return
    }
    const code = await handoff.issue(registration.id, req.sessionID)
    res.set('Referrer-Policy', 'no-referrer').redirect(303, withCode(url, code))
  })

  router.all(paths.handoff, methodNotAllowed('GET, HEAD'))
  return router
}

/** Adds the code to the query. The rest of the query stays as it is written. */
function withCode(address: string, code: string): string {
  const url = new URL(address)
  url.search = `${url.search === '' ? '?' : `${url.search}&`}code=${code}`
  return url.href
}
