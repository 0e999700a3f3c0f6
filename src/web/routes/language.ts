import { Router, type Request, type Response } from 'express'
import { readContactValues } from '../../domain/contact.ts'
import { parseAnswers } from '../../domain/answers.ts'
import { suggestAddress } from '../../domain/mail-domain.ts'
import { productOf, type Products } from '../../domain/product.ts'
import type { Registrations } from '../../domain/registrations.ts'
import type { SealedAnswers } from '../../domain/sealed-answer.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { errorPage } from '../errors/error-pages.ts'
import { parseSwitch, type Retry } from '../pages/page-state.ts'
import { rememberLanguage } from '../language.ts'
import { sendPage, type PagesFor } from '../pages/pages.ts'
import {
  customerOf,
  knownCustomer,
  rejectOtherPurchase,
  type SessionCustomer,
  type Sessions,
} from '../middleware/session.ts'
import { paths } from '../paths.ts'
import { formOf, readAsked, registrationOf } from './registration-form.ts'

type LanguageRoutesDeps = {
  readonly registrations: Pick<Registrations, 'find'>
  readonly products: Products
  readonly pagesFor: PagesFor
  readonly openSession: Sessions['open']
  /** Opens the sealed response of AWS in a Try again form. */
  readonly openAnswer: SealedAnswers['open']
}

/** Shows the same page in another language. A form keeps the typed values, and a Try again page keeps its token. */
export function languageRoutes(deps: LanguageRoutesDeps): Router {
  const { registrations, products, pagesFor, openSession, openAnswer } = deps
  const router = Router()

  router.post(paths.language, async (req, res) => {
    const change = parseSwitch(req.body)
    if (change === null) throw new AppError('request-unreadable')
    const { language, shown } = change
    rememberLanguage(res, language)
    switch (shown.page) {
      case 'start':
        res.redirect(303, paths.landing)
        return
      case 'complete':
        res.redirect(303, paths.complete)
        return
      case 'registration': {
        await openSession(req, res)
        const customer = customerOf(req)
        rejectOtherPurchase(req.body, customer)
        const product = productOf(products, customer.productCode)
        const form = formOf(req, await registrationOf(req, registrations), product)
        // The form was not submitted yet, so it shows no errors.
        const answers = {
          values: parseAnswers(product.fields, req.body).values,
          invalidFields: form.answers.invalidFields,
        }
        const values = readContactValues(req.body)
        const asked = readAsked(req.body)
        const suggestion = asked === values.email ? suggestAddress(asked) : null
        const page = pagesFor(customer.productCode).registration(language, {
          ...form,
          values,
          answers,
          suggestion,
          asked,
        })
        sendPage(res, { ...page, status: 200 })
        return
      }
      case 'failure': {
        // 200, because the failure belongs to an earlier request, and changing the language must not raise an alarm.
        const { retryAfterSeconds = null } = errorPage(shown.code)
        const customer = await customerIn(req, res)
        const productCode = answeredProduct(shown.retry) ?? customer?.productCode ?? null
        const awsAccountId = customer?.awsAccountId ?? null
        const failure = { ...shown, status: 200, retryAfterSeconds, awsAccountId }
        sendPage(res, pagesFor(productCode).failure(language, failure))
      }
    }
  })

  router.all(paths.language, methodNotAllowed('POST'))
  return router

  /** The product from AWS's response before the landing failed; null if there was none. */
  function answeredProduct(retry: Retry | null): string | null {
    const { 'x-amzn-marketplace-token': token = '', answer = '' } = retry?.fields ?? {}
    return openAnswer(token, answer)?.customer.productCode ?? null
  }

  /** Null without a session for the purchase. */
  async function customerIn(req: Request, res: Response): Promise<SessionCustomer | null> {
    await openSession(req, res).catch(() => undefined)
    return knownCustomer(req)
  }
}
