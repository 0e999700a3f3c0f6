import type { RequestHandler } from 'express'
import type { Config } from '../config/config.ts'
import { createFindWhole } from '../domain/console-registration.ts'
import type { ConsoleSessions } from '../domain/console-sessions.ts'
import type { Receiver } from '../domain/delivery.ts'
import type { Store } from '../store/store.ts'
import { consoleCookie } from '../web/console/cookie.ts'
import { requireThisMachine } from '../web/console/open.ts'
import { consolePaths } from '../web/console/paths.ts'
import { createBrowserSessions } from '../web/console/sessions.ts'
import { requireSignIn } from '../web/console/sign-in.ts'
import type { ConsoleServices } from '../web/console/router.ts'
import { rateLimit } from '../web/middleware/rate-limit.ts'
import type { Services } from './services.ts'

type ConsoleGuardDeps = {
  readonly config: Config
  readonly rows: ConsoleSessions
  /** The limit for one call to the sign-in provider. */
  readonly callDeadlineMs: number
}

/** The sign-in of the console; null if the console is off. Makes no call. */
export async function consoleGuard({ config, rows, callDeadlineMs }: ConsoleGuardDeps): Promise<RequestHandler | null> {
  const { console: access, origin, secure, products, rateLimitPerMinute } = config
  if (access === null) return null
  if (access.kind === 'open') return requireThisMachine
  const { createSignIn } = await import('../oidc/sign-in.ts')
  const { supportEmail, supportUrl } = products.unknown
  return requireSignIn({
    signIn: createSignIn({
      ...access,
      callDeadlineMs,
      redirectUri: `${origin}${consolePaths.callback}`,
      needsVerifiedEmail: access.allow !== 'everybody',
    }),
    sessions: createBrowserSessions(rows, consoleCookie({ secure }), access.issuer),
    allow: access.allow,
    limitStarts: rateLimit(rateLimitPerMinute),
    support: supportEmail ?? supportUrl ?? '',
  })
}

/** The operations of the console on the store and the domain. */
export function consoleServices(store: Store, services: Services, receivers: readonly Receiver[]): ConsoleServices {
  return {
    receivers,
    lists: store.consoleLists,
    findWhole: createFindWhole(store.query, store.consoleDeliveries),
    markReady: services.markReady,
    resend: services.resend,
    retry: store.consoleDeliveries.retry,
    erase: services.erase,
  }
}
