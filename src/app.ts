import express, { type Express } from 'express'
import type { Store as SessionStore } from 'express-session'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import type { ConfirmationOf } from './domain/confirmation.ts'
import type { Handoff } from './domain/handoff.ts'
import { createLand } from './domain/land.ts'
import type { CheckStore } from './domain/unit-of-work.ts'
import type { Registrations } from './domain/registrations.ts'
import type { ResolveCustomer } from './domain/customer.ts'
import { createSealedAnswers } from './domain/sealed-answer.ts'
import { errorHandler, notFound } from './web/middleware/error-handler.ts'
import { lastResort } from './web/middleware/last-resort.ts'
import { formBody } from './web/middleware/form-body.ts'
import { noteFailure, observeOutcomes, type Observe } from './web/middleware/outcome.ts'
import { createPages } from './web/pages/pages.ts'
import { watchProxyHops } from './web/middleware/proxy-hops.ts'
import { rateLimit } from './web/middleware/rate-limit.ts'
import { requestLog } from './web/middleware/request-log.ts'
import { sameOrigin as refuseOtherOrigins } from './web/middleware/same-origin.ts'
import { noStore, securityHeaders } from './web/middleware/security.ts'
import { createOpenSession } from './web/middleware/session.ts'
import { assetRoutes } from './web/routes/assets.ts'
import { formPaths, paths } from './web/paths.ts'
import { continueRoutes } from './web/routes/continue.ts'
import { handoffRoutes } from './web/routes/handoff.ts'
import { healthRoutes } from './web/routes/health.ts'
import { landingRoutes } from './web/routes/landing.ts'
import { languageRoutes } from './web/routes/language.ts'
import { leaveRoutes } from './web/routes/leave.ts'
import { registrationRoutes } from './web/routes/registration.ts'
import { startRoutes } from './web/routes/start.ts'
import { useViews } from './web/views.ts'

/** Everything the app touches outside itself. */
export type Deps = {
  readonly config: Config
  readonly logger: Logger
  readonly resolveCustomer: ResolveCustomer
  readonly registrations: Registrations
  readonly handoff: Handoff
  readonly confirmationOf: ConfirmationOf
  readonly sessionStore: SessionStore
  readonly checkStore: CheckStore
  readonly isDraining: () => boolean
  readonly newReference: () => string
  readonly now: () => Date
  /** False reads each template again for each page, so that an edit shows at once. True when left out. */
  readonly cacheTemplates?: boolean
  /** Hears how each request ended. */
  readonly observe?: Observe
}

/** The order in which a request meets things. */
export function createApp({ config, logger, sessionStore, newReference, observe = ignore, ...deps }: Deps): Express {
  const pages = createPages(config.branding)
  const sealedAnswers = createSealedAnswers(config.session.secrets, deps.now)
  const land = createLand({ ...deps, sealedAnswers, productCodes: new Set(config.productCodes) })
  const openSession = createOpenSession({ secure: config.secure, secrets: config.session.secrets }, sessionStore)
  const sameOrigin = refuseOtherOrigins(config.origin)

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', config.trustProxyHops)
  useViews(app, deps.cacheTemplates ?? true)

  app.use(requestLog(logger, newReference))
  app.use(observeOutcomes(observe))
  app.use(securityHeaders({ secure: config.secure, logoUrl: config.branding.logoUrl }))
  app.use(assetRoutes(config.branding))
  app.use(noStore)
  app.use(healthRoutes(deps))
  app.use(startRoutes({ ...deps, pages, openSession }))
  app.post(paths.landing, watchProxyHops(config.trustProxyHops))
  app.use(
    handoffRoutes({
      ...deps,
      continuation: config.continuation,
      rateLimit: rateLimit(config.rateLimitPerMinute),
    }),
  )
  app.use(
    landingRoutes({
      land,
      openSession,
      rateLimit: rateLimit(config.rateLimitPerMinute),
      deadlineMs: config.requestDeadlineMs,
    }),
  )
  // The routes of our own forms, below, find its origin checked and its body parsed.
  app.post(formPaths, sameOrigin, ...formBody(), rateLimit(config.rateLimitPerMinute))
  app.use(leaveRoutes({ openSession }))
  app.use(registrationRoutes({ ...deps, pages, openSession }))
  app.use(continueRoutes({ ...deps, continuation: config.continuation, openSession }))
  app.use(languageRoutes({ ...deps, pages, openSession }))
  app.use(notFound)
  app.use(noteFailure)
  app.use(errorHandler(pages))
  app.use(lastResort(config.branding))
  return app
}

const ignore: Observe = () => undefined
