import { Router, type RequestHandler } from 'express'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { formBody } from '../middleware/form-body.ts'
import { sameOrigin } from '../middleware/same-origin.ts'
import { paths } from '../paths.ts'
import { consoleErrors, consoleNotFound } from './error-handler.ts'
import { sendConsolePage } from './page.ts'

export type ConsoleRouterDeps = {
  /**
   * Admits a request and sets its user with `setUser`, or answers it. May have routes of its own, such as those of the sign-in. Null
   * when the console is off.
   */
  readonly requireUser: RequestHandler | null
  /** `PUBLIC_URL`'s origin: forms are accepted from there only. */
  readonly origin: string
}

/** The seller's console. Uses neither the session nor the cookies of buyers. */
export function createConsoleRouter({ requireUser, origin }: ConsoleRouterDeps): Router {
  const router = Router()
  if (requireUser === null) return router
  const inside = Router()
  router.use(paths.console, inside)

  inside.post('/{*path}', sameOrigin(origin), ...formBody('64kb'))
  inside.use(requireUser)

  inside.get('/', (_req, res) => {
    sendConsolePage(res, {
      name: 'console-list',
      status: 200,
      template: 'list',
      model: { title: 'Registrations' },
    })
  })
  inside.all('/', methodNotAllowed('GET, HEAD'))

  inside.use(consoleNotFound)
  inside.use(consoleErrors)
  return router
}
