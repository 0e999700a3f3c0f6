import { join } from 'node:path'
import express, { type Express } from 'express'
import type { Store as SessionStore } from 'express-session'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { createLand } from './domain/landing.ts'
import type { CheckStore, Registrations, ResolveCustomer } from './domain/ports.ts'
import { errorHandler, notFound } from './http/error-handler.ts'
import { noteFailure, outcomes, type Observe } from './http/outcome.ts'
import { createPages } from './http/pages.ts'
import { landingRateLimit } from './http/rate-limit.ts'
import { requestLog } from './http/request-log.ts'
import { sameOrigin as refuseOtherOrigins } from './http/same-origin.ts'
import { noStore, securityHeaders } from './http/security.ts'
import { createOpenSession } from './http/session.ts'
import { assetRoutes } from './routes/assets.ts'
import { healthRoutes } from './routes/health.ts'
import { landingRoutes } from './routes/landing.ts'
import { languageRoutes } from './routes/language.ts'
import { registrationRoutes } from './routes/registration.ts'

/** Everything the app touches outside itself. */
export type Deps = {
  readonly config: Config
  readonly logger: Logger
  readonly resolveCustomer: ResolveCustomer
  readonly registrations: Registrations
  readonly sessionStore: SessionStore
  readonly checkStore: CheckStore
  readonly isDraining: () => boolean
  readonly newReference: () => string
  readonly now: () => Date
  /** Hears how each request ended. */
  readonly observe?: Observe
}

/** The order in which a request meets things. */
export function createApp({ config, logger, sessionStore, newReference, observe = ignore, ...deps }: Deps): Express {
  const pages = createPages(config.branding)
  const land = createLand({ ...deps, productCodes: new Set(config.productCodes) })
  const openSession = createOpenSession({ secure: config.secure, secrets: config.session.secrets }, sessionStore)
  const rateLimit = landingRateLimit(config.rateLimitPerMinute)
  const sameOrigin = refuseOtherOrigins(config.origin)

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('view cache')
  app.set('trust proxy', config.trustProxyHops)
  app.set('views', join(import.meta.dirname, '../views'))
  app.set('view engine', 'ejs')

  app.use(requestLog(logger, newReference))
  app.use(outcomes(observe))
  app.use(securityHeaders({ secure: config.secure, logoUrl: config.branding.logoUrl }))
  app.use(assetRoutes(config.branding))
  app.use(noStore)
  app.use(healthRoutes(deps))
  app.use(landingRoutes({ land, pages, openSession, rateLimit }))
  app.use(registrationRoutes({ ...deps, pages, openSession, sameOrigin }))
  app.use(languageRoutes({ pages, openSession, sameOrigin }))
  app.use(notFound)
  app.use(noteFailure)
  app.use(errorHandler(pages))
  return app
}

const ignore: Observe = () => undefined
