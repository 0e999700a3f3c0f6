import { Router, type Request } from 'express'
import type { Handoff } from '../../domain/handoff.ts'
import { productOf, type Products } from '../../domain/product.ts'
import type { Registrations } from '../../domain/registrations.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { knownCustomer, type Sessions } from '../middleware/session.ts'
import { paths } from '../paths.ts'

type IssueRoutesDeps = {
  readonly products: Products
  readonly registrations: Pick<Registrations, 'find'>
  readonly handoff: Pick<Handoff, 'issue'>
  readonly openSession: Sessions['open']
}

/** The link into the seller's application. A GET, because `form-action 'self'` prevents a form from redirecting to another site. */
export function issueRoutes({ products, registrations, handoff, openSession }: IssueRoutesDeps): Router {
  const router = Router()
  if ([products.unknown, ...products.all].every(({ handoffUrl }) => handoffUrl === null)) return router

  router.get(paths.handoff, async (req, res) => {
    await openSession(req, res)
    const customer = knownCustomer(req)
    const registration = customer === null ? null : await registrations.find(customer.id)
    if (registration?.status !== 'registered') {
      // That page shows the failure or the form.
      res.redirect(303, paths.registration)
      return
    }
    const { handoffUrl } = productOf(products, registration.productCode)
    if (handoffUrl === null) throw new AppError('not-found')
    if (!isNavigation(req)) {
      // Not a success, so that a browser does not use a prefetched response for a later click.
      res.sendStatus(403)
      return
    }
    const code = await handoff.issue(registration.id, req.sessionID)
    res.set('Referrer-Policy', 'no-referrer').redirect(303, withCode(handoffUrl, code))
  })

  router.all(paths.handoff, methodNotAllowed('GET, HEAD'))
  return router
}

/** Headers that browsers send with a prefetch. */
const prefetchHeaders = ['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz']

/** True if a person opens the link in a window. False for a HEAD, a prefetch, a frame, or an image of another site. */
function isNavigation(req: Request): boolean {
  const mode = req.get('Sec-Fetch-Mode') ?? 'navigate'
  const destination = req.get('Sec-Fetch-Dest') ?? 'document'
  const isPrefetch = prefetchHeaders.some((name) => req.get(name) !== undefined)
  return req.method === 'GET' && mode === 'navigate' && destination === 'document' && !isPrefetch
}

/** Adds the code to the query and keeps the rest unchanged. */
function withCode(address: string, code: string): string {
  const url = new URL(address)
  url.search = `${url.search === '' ? '?' : `${url.search}&`}code=${code}`
  return url.href
}
