import { Router, type Request, type RequestHandler, type Response } from 'express'
import { notAllowed, type ConsoleAllow } from '../../domain/console-allow.ts'
import type { SignIn } from '../../domain/sign-in.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { draftOf, setDraftReader } from './draft.ts'
import { sendConsolePage } from './page.ts'
import { paths } from '../paths.ts'
import { consolePaths } from './paths.ts'
import { createShowFailure, signInHref } from './sign-in-failures.ts'
import type { BrowserSessions } from './sessions.ts'
import { setUser } from './user.ts'

type SignInDeps = {
  readonly signIn: SignIn
  readonly sessions: BrowserSessions
  readonly allow: ConsoleAllow
  readonly limitStarts: RequestHandler
  /** The support contact for people who cannot sign in. */
  readonly support: string
}

/** Admits signed-in people who are allowed and starts a sign-in for others. Contains the routes of the sign-in. */
export function requireSignIn({ signIn, sessions, allow, limitStarts, support }: SignInDeps): Router {
  const router = Router()
  const showFailure = createShowFailure(support)

  async function start(req: Request, res: Response, returnTo: string): Promise<void> {
    const begun = await signIn.begin(req.query['account'] === 'another' ? 'another' : 'any')
    if (begun.outcome === 'failed') {
      showFailure(req, res, { ...begun, returnTo })
      return
    }
    await sessions.begin(req, res, { ...begun.pending, returnTo })
    res.redirect(303, begun.url)
  }

  router.get('/sign-in', limitStarts, (req, res) => start(req, res, returnPath(req.query['return'])))

  // A HEAD would use up the sign-in.
  router.head('/callback', methodNotAllowed('GET'))
  router.get('/callback', async (req, res) => {
    const query = new URLSearchParams(req.originalUrl.slice(req.originalUrl.indexOf('?') + 1))
    const pending = await sessions.pending(req, query.get('state') ?? '')
    if (pending === null) {
      showFailure(req, res, { reason: sessions.isKnown(req) ? 'sign-in-unknown' : 'cookie-missing' })
      return
    }
    const { returnTo } = pending
    const finished = await signIn.finish(query.toString(), pending)
    if (finished.outcome === 'failed') {
      showFailure(req, res, { ...finished, returnTo })
      return
    }
    const { identity } = finished
    const reason = notAllowed(identity, allow)
    if (reason !== null) {
      showFailure(req, res, { reason, identity, returnTo })
      return
    }
    await sessions.signIn(req, res, identity)
    req.log.info({ event: 'console.signed_in', actor: identity.email ?? identity.subject }, 'signed in')
    res.redirect(303, returnTo)
  })

  router.post('/sign-out', async (req, res) => {
    await sessions.end(req, res)
    res.redirect(303, consolePaths.signOut)
  })
  router.get('/sign-out', (_req, res) => {
    sendConsolePage(res, signedOut)
  })

  router.use(async (req, res, next) => {
    const identity = await sessions.find(req)
    const reason = identity === null ? null : notAllowed(identity, allow)
    if (identity === null) {
      next()
    } else if (reason === null) {
      setUser(res, { actor: identity.email ?? identity.subject, canSignOut: true })
      setDraftReader(req, res, sessions)
      next('router')
    } else {
      await sessions.end(req, res)
      showFailure(req, res, { reason, identity })
    }
  })
  router.use(limitStarts)
  router.get('/{*path}', (req, res) => start(req, res, returnPath(req.originalUrl)))
  // A form post cannot redirect to the provider (`form-action`), so the response is a page with a link.
  router.use(async (req, res) => {
    const draft = draftOf(req)
    await sessions.keepDraft(req, res, draft)
    showFailure(req, res, { reason: 'session-ended', returnTo: draft.path })
  })
  return router
}

const signedOut = {
  name: 'console-signed-out',
  status: 200,
  template: 'sign-in',
  model: {
    title: 'You are signed out',
    text: ['The sign-in provider may still know you: on a shared computer, sign out there too.'],
    reference: null,
    link: { href: signInHref({}), text: 'Sign in again' },
  },
} as const

const longest = 2_000
const notPages: readonly string[] = [consolePaths.callback, consolePaths.signIn, consolePaths.signOut]

/** The page to open after the sign-in: the requested page of the console. Always a path below `/console`. */
function returnPath(requested: unknown): string {
  if (typeof requested !== 'string' || requested.length > longest) return consolePaths.home
  // Parsed like a browser does, including dots and backslashes. A host is removed.
  const { pathname = '', search = '' } = URL.parse(requested, 'http://console.invalid') ?? {}
  const isPage = pathname === paths.console || pathname.startsWith(`${paths.console}/`)
  return isPage && !notPages.includes(pathname) ? `${pathname}${search}` : consolePaths.home
}
