import { Router } from 'express'
import type { Handoff } from '../../domain/handoff.ts'
import type { Registrations } from '../../domain/registrations.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { knownCustomer, type OpenSession } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type ContinueRoutesDeps = {
  /** Where the buyer is led on to; null where the way ends here. */
  readonly continuation: { readonly url: string } | null
  readonly registrations: Pick<Registrations, 'find'>
  readonly handoff: Pick<Handoff, 'issue'>
  readonly openSession: OpenSession
}

/** The way on into the seller's application. A link, for the CSP stops a form that ends on another origin. */
export function continueRoutes({ continuation, registrations, handoff, openSession }: ContinueRoutesDeps): Router {
  const router = Router()
  if (continuation === null) return router

  router.get(paths.continue, async (req, res) => {
    await openSession(req, res)
    const customer = knownCustomer(req)
    const registration = customer === null ? null : await registrations.find(customer.id)
    if (registration?.status !== 'registered') {
      // That page says what is wrong, or has the form.
      res.redirect(303, paths.registration)
      return
    }
    const code = await handoff.issue(registration.id)
    res.set('Referrer-Policy', 'no-referrer').redirect(303, withCode(continuation.url, code))
  })

  router.all(paths.continue, methodNotAllowed('GET, HEAD'))
  return router
}

/** What the query has already stays as it is written. */
function withCode(address: string, code: string): string {
  const url = new URL(address)
  url.search = `${url.search === '' ? '?' : `${url.search}&`}code=${code}`
  return url.href
}
