import { Router, type Request } from 'express'
import { labelsOf, parseAnswers } from '../../domain/answers.ts'
import type { ConfirmationOf } from '../../domain/confirmation.ts'
import { parseContact, readContactValues } from '../../domain/contact.ts'
import type { ProgressOf } from '../../domain/progress.ts'
import type { Submitted } from '../../domain/events.ts'
import { suggestAddress } from '../../domain/mail-domain.ts'
import { productOf, type Products } from '../../domain/product.ts'
import type { Registrations } from '../../domain/registrations.ts'
import { AppError } from '../../errors.ts'
import { languageOf } from '../language.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { noteOutcome } from '../middleware/outcome.ts'
import { customerOf, rejectOtherPurchase, type Sessions } from '../middleware/session.ts'
import { logEvent } from '../middleware/log-event.ts'
import { sendPage, type PagesFor } from '../pages/pages.ts'
import { paths } from '../paths.ts'
import { noteTyped, typedOf } from '../typed.ts'
import { formOf, readAsked, registrationOf } from './registration-form.ts'

type RegistrationRoutesDeps = {
  readonly registrations: Pick<Registrations, 'complete' | 'find'>
  readonly confirmationOf: ConfirmationOf
  readonly progressOf: ProgressOf
  readonly products: Products
  readonly pagesFor: PagesFor
  readonly openSession: Sessions['open']
  readonly now: () => Date
}

/** The form and the last page. The customer comes from the session, never from the form. */
export function registrationRoutes({
  registrations,
  confirmationOf,
  progressOf,
  products,
  pagesFor,
  openSession,
  now,
}: RegistrationRoutesDeps): Router {
  const router = Router()

  router.get(paths.registration, async (req, res) => {
    await openSession(req, res)
    const registration = await registrationOf(req, registrations)
    const { productCode } = registration
    const form = formOf(req, registration, productOf(products, productCode))
    sendPage(res, pagesFor(productCode).registration(languageOf(req), form))
  })

  router.post(paths.registration, async (req, res) => {
    await openSession(req, res)
    const customer = customerOf(req)
    rejectOtherPurchase(req.body, customer)
    const product = productOf(products, customer.productCode)
    const language = languageOf(req)
    const parsed = parseContact(req.body, product.phone)
    const answers = parseAnswers(product.fields, req.body)
    const values = readContactValues(req.body)
    const suggestion = readAsked(req.body) === values.email ? null : suggestAddress(values.email)
    if ('invalidFields' in parsed || answers.invalidFields.size > 0 || suggestion !== null) {
      noteOutcome(req, { type: 'form.corrected' })
      const form = formOf(req, await registrationOf(req, registrations), product)
      const invalidFields = 'invalidFields' in parsed ? parsed.invalidFields : {}
      const sent = { ...form, values, invalidFields, answers, suggestion, asked: values.email }
      sendPage(res, pagesFor(customer.productCode).registration(language, sent))
      return
    }
    const event = await registrations.complete(customer.id, {
      sessionId: req.sessionID,
      contact: parsed.contact,
      answers: answers.answers,
      labels: labelsOf(product.fields, language),
      language,
      at: now(),
    })
    if (event === null) throw new AppError('session-expired', { facts: { registrationId: customer.id } })
    logEvent(req, event)
    // The registration is already stored. If the session cannot be saved, the next page only masks the details.
    await noteTyped(req, typedAs(req, event), event.registration).catch(() => undefined)
    res.redirect(303, paths.complete)
  })

  router.get(paths.complete, async (req, res) => {
    await openSession(req, res)
    const registration = await registrationOf(req, registrations)
    if (registration.status === 'landed') {
      res.redirect(303, paths.registration)
      return
    }
    const [confirmation, progress] = await Promise.all([confirmationOf(registration), progressOf(registration)])
    sendPage(
      res,
      pagesFor(registration.productCode).complete(languageOf(req), {
        registration,
        confirmation,
        progress,
        typed: typedOf(req, registration),
        now: now(),
      }),
    )
  })

  router.all(paths.registration, methodNotAllowed('GET, HEAD, POST'))
  router.all(paths.complete, methodNotAllowed('GET, HEAD'))
  return router
}

/** A form that was submitted again without a change keeps its earlier outcome. */
function typedAs(req: Request, { type, registration }: Submitted): 'registered' | 'changed' {
  if (type === 'registration.changed') return 'changed'
  return typedOf(req, registration) ?? 'registered'
}
