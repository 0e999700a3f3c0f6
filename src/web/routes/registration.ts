import { Router, type RequestHandler } from 'express'
import { noValues, parseContact } from '../../domain/contact.ts'
import type { Registrations } from '../../domain/ports.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../middleware/error-handler.ts'
import { formBody } from '../middleware/form-body.ts'
import { noteOutcome } from '../middleware/outcome.ts'
import { tell } from '../middleware/tell.ts'
import { languageOf } from '../language.ts'
import { sendPage, type Pages } from '../pages/pages.ts'
import { customerOf, refuseOtherPurchase, type OpenSession } from '../middleware/session.ts'
import { paths } from '../paths.ts'

export type RegistrationRoutesDeps = {
  readonly registrations: Pick<Registrations, 'complete' | 'find'>
  readonly pages: Pages
  readonly openSession: OpenSession
  readonly sameOrigin: RequestHandler
  readonly now: () => Date
}

/** The form and the page after it. Who the customer is comes from the session, never from the form. */
export function registrationRoutes({
  registrations,
  pages,
  openSession,
  sameOrigin,
  now,
}: RegistrationRoutesDeps): Router {
  const router = Router()

  router.get(paths.registration, async (req, res) => {
    await openSession(req, res)
    const customer = customerOf(req)
    sendPage(res, pages.registration(languageOf(req), { registration: customer, values: noValues, problems: {} }))
  })

  router.post(paths.registration, sameOrigin, ...formBody(), async (req, res) => {
    await openSession(req, res)
    const customer = customerOf(req)
    refuseOtherPurchase(req.body, customer)
    const language = languageOf(req)
    const parsed = parseContact(req.body)
    if ('problems' in parsed) {
      noteOutcome(req, { type: 'form.corrected' })
      sendPage(res, pages.registration(language, { registration: customer, ...parsed }))
      return
    }
    const event = await registrations.complete(customer.id, { contact: parsed.contact, language, at: now() })
    if (event === null) throw new AppError('session-expired', { facts: { registrationId: customer.id } })
    tell(req, event)
    res.redirect(303, paths.complete)
  })

  router.get(paths.complete, async (req, res) => {
    await openSession(req, res)
    const customer = customerOf(req)
    const registration = await registrations.find(customer.id)
    if (registration === null) throw new AppError('session-expired', { facts: { registrationId: customer.id } })
    if (registration.status === 'landed') {
      res.redirect(303, paths.registration)
      return
    }
    sendPage(res, pages.complete(languageOf(req), registration))
  })

  router.all(paths.registration, methodNotAllowed('GET, HEAD, POST'))
  router.all(paths.complete, methodNotAllowed('GET, HEAD'))
  return router
}
