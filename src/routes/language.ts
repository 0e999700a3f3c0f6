import { Router, type RequestHandler } from 'express'
import { readContactValues } from '../domain/contact.ts'
import { AppError } from '../errors.ts'
import { methodNotAllowed } from '../http/error-handler.ts'
import { errorPage } from '../http/error-pages.ts'
import { formBody } from '../http/form-body.ts'
import { parseSwitch } from '../http/language-switch.ts'
import { rememberLanguage } from '../http/language.ts'
import { show, type Pages } from '../http/pages.ts'
import { refuseOtherPurchase, visitorOf, type OpenSession } from '../http/session.ts'
import { paths } from '../paths.ts'

export type LanguageRoutesDeps = {
  readonly pages: Pages
  readonly openSession: OpenSession
  readonly sameOrigin: RequestHandler
}

/** Shows the page the buyer was on in another language: a half-filled form keeps its text, a Try again page its token. */
export function languageRoutes({ pages, openSession, sameOrigin }: LanguageRoutesDeps): Router {
  const router = Router()

  router.post(paths.language, sameOrigin, ...formBody(), async (req, res) => {
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
        const visitor = visitorOf(req)
        refuseOtherPurchase(req.body, visitor)
        const values = readContactValues(req.body)
        show(res, pages.registration(language, { registration: visitor, values, problems: {} }))
        return
      }
      case 'failure': {
        // The failure was another request's. This one succeeds, so that nobody sets off alarms by changing the language.
        const { retryAfterSeconds = null } = errorPage(shown.code)
        show(res, pages.failure(language, { ...shown, status: 200, retryAfterSeconds }))
      }
    }
  })

  router.all(paths.language, methodNotAllowed('POST'))
  return router
}
