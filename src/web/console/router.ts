import { Router, type RequestHandler } from 'express'
import { z } from 'zod'
import type { ConsoleDeliveries } from '../../domain/console-deliveries.ts'
import type { ConsoleLists } from '../../domain/console-lists.ts'
import type { FindWhole } from '../../domain/console-registration.ts'
import type { Receiver } from '../../domain/delivery.ts'
import type { Erase } from '../../domain/erase.ts'
import type { Products } from '../../domain/product.ts'
import type { MarkReady } from '../../domain/ready.ts'
import type { Resend } from '../../domain/resend.ts'
import { methodNotAllowed, notFound } from '../errors/error-handler.ts'
import { formBody } from '../middleware/form-body.ts'
import { sameOrigin } from '../middleware/same-origin.ts'
import { paths } from '../paths.ts'
import { eraseRoutes } from './erase.ts'
import { consoleErrors } from './error-handler.ts'
import { registrationIn } from './find.ts'
import { listRoutes } from './list-routes.ts'
import { sendConsolePage } from './page.ts'
import { readyRoutes } from './ready.ts'
import { registrationPage } from './registration-page.ts'
import { resendRoutes } from './resend.ts'
import { retryRoutes } from './retry.ts'

type ConsoleRouterDeps = {
  /**
   * Admits a request and sets its user with `setUser`, or sends a response. May have its own routes, such as those of the sign-in.
   * Null if the console is off.
   */
  readonly requireUser: RequestHandler | null
  /** The origin of `PUBLIC_URL`, from which forms are accepted. */
  readonly origin: string
  readonly products: Products
  readonly followsSubscriptions: boolean
  readonly limitPosts: RequestHandler
  readonly services: ConsoleServices
  readonly now: () => Date
}

/** The same operations as in the command line tools and the API. */
export type ConsoleServices = {
  /** The configured receivers. */
  readonly receivers: readonly Receiver[]
  readonly lists: ConsoleLists
  readonly findWhole: FindWhole
  readonly markReady: MarkReady
  readonly resend: Resend
  readonly retry: ConsoleDeliveries['retry']
  readonly erase: Erase
}

const query = z.object({ done: z.string().catch('') })

/** The seller's console. Does not use the sessions and cookies of buyers. */
export function createConsoleRouter(deps: ConsoleRouterDeps): Router {
  const { requireUser, origin, products, followsSubscriptions, limitPosts, services, now } = deps
  const { receivers, lists, findWhole, markReady, resend, retry, erase } = services
  const router = Router()
  if (requireUser === null) return router
  const inside = Router()
  router.use(paths.console, inside)

  inside.post('/{*path}', sameOrigin(origin), ...formBody('64kb'))
  inside.use(requireUser)
  inside.post('/{*path}', limitPosts)
  inside.use(listRoutes({ lists, products, followsSubscriptions, now }))

  inside.get('/registrations/:reference', async (req, res) => {
    const whole = await registrationIn(req, findWhole)
    const { done } = query.parse(req.query)
    sendConsolePage(res, registrationPage({ ...whole, products, followsSubscriptions, done, now: now() }))
  })
  inside.all('/registrations/:reference', methodNotAllowed('GET, HEAD'))

  inside.use(readyRoutes({ findWhole, markReady, products, now }))
  inside.use(resendRoutes({ findWhole, resend, receivers }))
  inside.use(retryRoutes({ findWhole, retry }))
  inside.use(eraseRoutes({ findWhole, erase, now }))

  inside.use(notFound)
  inside.use(consoleErrors)
  return router
}
