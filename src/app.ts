import express, { type Express, type RequestHandler } from 'express'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import type { ConfirmationOf } from './domain/confirmation.ts'
import type { Handoff } from './domain/handoff.ts'
import { createLand } from './domain/land.ts'
import type { ProgressOf } from './domain/progress.ts'
import type { MarkReady } from './domain/ready.ts'
import type { ListByChange } from './domain/registration-list.ts'
import type { CheckStore } from './domain/unit-of-work.ts'
import type { Registrations } from './domain/registrations.ts'
import type { ResolveCustomer } from './domain/customer.ts'
import { createSealedAnswers } from './domain/sealed-answer.ts'
import { apiRoutes, type FindForSeller } from './web/api/routes.ts'
import { createConsoleRouter, type ConsoleServices } from './web/console/router.ts'
import { errorHandler, notFound } from './web/errors/error-handler.ts'
import { lastResort } from './web/errors/last-resort.ts'
import { sessionForFailure } from './web/errors/session-for-failure.ts'
import { issueRoutes } from './web/handoff/issue.ts'
import { redeemRoutes } from './web/handoff/redeem.ts'
import { formBody } from './web/middleware/form-body.ts'
import { observeOutcomes, type Observe } from './web/middleware/outcome.ts'
import { lowerCaseProtocol, watchProxyHops } from './web/middleware/proxy.ts'
import { rateLimit } from './web/middleware/rate-limit.ts'
import { requestLog } from './web/middleware/request-log.ts'
import { sameOrigin } from './web/middleware/same-origin.ts'
import { noStore, securityHeaders } from './web/middleware/security.ts'
import { createSessions, type SessionStore } from './web/middleware/session.ts'
import { createPagesFor } from './web/pages/pages.ts'
import { formPaths, paths } from './web/paths.ts'
import { assetRoutes } from './web/routes/assets.ts'
import { healthRoutes } from './web/routes/health.ts'
import { landingRoutes } from './web/routes/landing.ts'
import { languageRoutes } from './web/routes/language.ts'
import { leaveRoutes } from './web/routes/leave.ts'
import { registrationRoutes } from './web/routes/registration.ts'
import { startRoutes } from './web/routes/start.ts'
import { useViews } from './web/views.ts'

/** All dependencies of the app. */
export type Deps = {
  readonly config: Config
  readonly logger: Logger
  readonly resolveCustomer: ResolveCustomer
  readonly registrations: Registrations
  readonly handoff: Handoff
  readonly listByChange: ListByChange
  readonly findForSeller: FindForSeller
  readonly markReady: MarkReady
  readonly confirmationOf: ConfirmationOf
  readonly progressOf: ProgressOf
  /** The sign-in of the console; null if the console is off. */
  readonly requireConsoleUser: RequestHandler | null
  readonly consoleServices: ConsoleServices
  readonly sessionStore: SessionStore
  readonly checkStore: CheckStore
  readonly isDraining: () => boolean
  readonly newReference: () => string
  readonly now: () => Date
  /** False reads templates for each page, so that edits are visible at once. Default: true. */
  readonly cacheTemplates?: boolean
  /** Called with the outcome of each request. */
  readonly observe?: Observe
}

/** The order in which a request passes through the app. */
export function createApp(deps: Deps): Express {
  const { config, logger, registrations, handoff, checkStore, isDraining, newReference, now } = deps
  const { secure, products, session, trustProxyHops } = config
  const pagesFor = createPagesFor(products, { region: config.marketplace.region, origin: config.origin })
  const sessions = createSessions({ secure, secrets: session.secrets }, deps.sessionStore)
  const sealedAnswers = createSealedAnswers(session.secrets, now)
  const land = createLand({
    resolveCustomer: deps.resolveCustomer,
    registrations,
    sealedAnswers,
    products,
    now,
  })
  const limit = () => rateLimit(config.rateLimitPerMinute)

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', trustProxyHops)
  useViews(app, deps.cacheTemplates ?? true)

  app.use(lowerCaseProtocol)
  app.use(requestLog(logger, newReference))
  app.use(observeOutcomes(deps.observe ?? ignore))
  app.use(securityHeaders({ secure, logoUrls: [products.unknown, ...products.all].map(({ logoUrl }) => logoUrl) }))
  app.use(assetRoutes(products))
  app.use(noStore)
  app.use(healthRoutes({ checkStore, isDraining }))
  app.use(startRoutes({ registrations, pagesFor, openSession: sessions.open }))
  app.post(paths.landing, watchProxyHops(trustProxyHops))
  app.use(landingRoutes({ land, sessions, limitPosts: limit(), deadlineMs: config.requestDeadlineMs }))
  app.use(
    redeemRoutes({
      secrets: config.handoffSecrets,
      handoff,
      limitCalls: limit(),
      limitFailedSecrets: limit(),
    }),
  )
  app.use(
    apiRoutes({
      secrets: config.apiSecrets,
      products,
      listByChange: deps.listByChange,
      findForSeller: deps.findForSeller,
      markReady: deps.markReady,
      limitFailedSecrets: limit(),
      now,
    }),
  )
  app.use(
    createConsoleRouter({
      requireUser: deps.requireConsoleUser,
      origin: config.origin,
      products,
      followsSubscriptions: config.subscriptions !== null,
      limitPosts: limit(),
      services: deps.consoleServices,
      now,
    }),
  )
  // From here on, the origin of a form is checked and its body is parsed.
  app.post(formPaths, sameOrigin(config.origin), ...formBody('256kb'), limit())
  app.use(leaveRoutes({ sessions }))
  app.use(
    registrationRoutes({
      registrations,
      confirmationOf: deps.confirmationOf,
      progressOf: deps.progressOf,
      products,
      pagesFor,
      openSession: sessions.open,
      now,
    }),
  )
  app.use(issueRoutes({ products, registrations, handoff, openSession: sessions.open }))
  app.use(
    languageRoutes({
      registrations,
      products,
      pagesFor,
      openSession: sessions.open,
      openAnswer: sealedAnswers.open,
    }),
  )
  app.use(notFound)
  app.use(sessionForFailure(sessions.open))
  app.use(errorHandler(pagesFor))
  app.use(lastResort(products.unknown))
  return app
}

const ignore: Observe = () => undefined
