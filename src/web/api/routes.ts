import { Router, type RequestHandler } from 'express'
import { registrationData, type NotificationData } from '../../domain/notification.ts'
import type { Products } from '../../domain/product.ts'
import type { MarkReady } from '../../domain/ready.ts'
import { parseReference } from '../../domain/reference.ts'
import type { Registration } from '../../domain/registration.ts'
import type { ListByChange } from '../../domain/registration-list.ts'
import { methodNotAllowed, notFound } from '../errors/error-handler.ts'
import { requireSecret } from '../middleware/bearer.ts'
import { customerFacts } from '../middleware/session.ts'
import { paths } from '../paths.ts'
import { ApiError, apiErrors } from './api-error.ts'
import { cursorOf, parseListQuery } from './list-query.ts'
import { jsonBody, parseReady } from './ready-body.ts'

/** A registration in the seller's format, with its subscription if subscriptions are followed. Null for an unknown reference. */
export type FindForSeller = (reference: string) => Promise<NotificationData | null>

type ApiRoutesDeps = {
  /** Empty if the API is off. */
  readonly secrets: readonly string[]
  readonly products: Products
  readonly listByChange: ListByChange
  readonly findForSeller: FindForSeller
  readonly markReady: MarkReady
  readonly limitFailedSecrets: RequestHandler
  readonly now: () => Date
}

/** The seller's API: lists registrations, reads one, and marks access as ready. Uses no session and no cookies. */
export function apiRoutes(deps: ApiRoutesDeps): Router {
  const { secrets, products, listByChange, findForSeller, markReady, limitFailedSecrets, now } = deps
  const router = Router()
  if (secrets.length === 0) return router
  const registrations = `${paths.api}/registrations`

  const failure = () => new ApiError('invalid_client')
  router.use(paths.api, requireSecret({ secrets, limitFailedSecrets, failure }))

  router.get(registrations, async (req, res) => {
    const input = parseListQuery(req.query, products)
    const found = await listByChange({ ...input, limit: input.limit + 1 })
    const listed = found.slice(0, input.limit)
    const last = listed.at(-1)
    res.json({
      registrations: listed.map((registration) => registrationData(registration, products)),
      next_cursor: found.length > listed.length && last !== undefined ? cursorOf(last) : null,
    })
  })
  router.all(registrations, methodNotAllowed('GET, HEAD'))

  router.get(`${registrations}/:reference`, async (req, res) => {
    const data = await findForSeller(referenceOf(req.params.reference))
    if (data === null) throw new ApiError('not_found', unknownReference)
    res.json(data)
  })
  router.all(`${registrations}/:reference`, methodNotAllowed('GET, HEAD'))

  router.use(`${registrations}/:reference/ready`, ...jsonBody())
  router.post(`${registrations}/:reference/ready`, async (req, res) => {
    const reference = referenceOf(req.params.reference)
    const { url, message, notify } = parseReady(req.body)
    const marked = await markReady({ reference, url, message, repeatMail: notify, actor: 'api', at: now() })
    if (marked.outcome === 'not-found') throw new ApiError('not_found', unknownReference)
    if (marked.outcome === 'not-registered') throw new ApiError('not_registered')
    const { registration, outcome, mail } = marked
    req.log.info(
      { event: 'registration.ready', actor: 'api', outcome, mail, ...readyFacts(registration) },
      'access marked as ready',
    )
    res.json({ registration: registrationData(registration, products) })
  })
  router.all(`${registrations}/:reference/ready`, methodNotAllowed('POST'))

  router.use(paths.api, notFound)
  router.use(paths.api, apiErrors)
  return router
}

const unknownReference = 'No registration has this reference.'

function referenceOf(given: string): string {
  const reference = parseReference(given)
  if (reference === null) throw new ApiError('not_found', unknownReference)
  return reference
}

function readyFacts(registration: Registration) {
  return { reference: registration.reference, ...customerFacts(registration) }
}
