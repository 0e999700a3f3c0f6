import type { Request, Response } from 'express'
import session, { type Store } from 'express-session'
import { z } from 'zod'
import type { Registration } from '../../domain/registration.ts'
import { AppError } from '../../errors.ts'

/** The owner of the session. Only `signIn` sets it, from AWS's response. */
export type SessionCustomer = Pick<
  Registration,
  'id' | 'reference' | 'productCode' | 'awsAccountId' | 'licenseArn' | 'customerIdentifier'
>

declare module 'express-session' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface augments another
  interface SessionData {
    visitor: SessionCustomer
    /** The last form of this session: whether it changed a registration, and the digest of the typed values. */
    typed?: { readonly as: 'registered' | 'changed'; readonly digest: string }
  }
}

/** A session store that inserts a row only for an id that was passed to `begin`. */
export type SessionStore = Store & { readonly begin: (id: string, registrationId: string) => void }

type SessionOptions = {
  readonly secure: boolean
  readonly secrets: readonly string[]
}

export type Sessions = {
  /** Loads `req.session`. Rejects with `store-unavailable` if it cannot be read. */
  readonly open: (req: Request, res: Response) => Promise<void>
  /**
   * Gives the browser a new session for this registration, which is stored before this resolves. Ends the browser's previous
   * session. Rejects with `connection-insecure` if no cookie can be set, because express-session would not report it.
   */
  readonly signIn: (req: Request, registration: Registration) => Promise<void>
  /** Ends the session and clears its cookie. */
  readonly end: (req: Request, res: Response) => Promise<void>
}

export function createSessions({ secure, secrets }: SessionOptions, store: SessionStore): Sessions {
  const name = secure ? '__Host-registration' : 'registration'
  const cookie = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const
  const open = session({
    name,
    secret: [...secrets],
    store,
    resave: false,
    saveUninitialized: false,
    cookie,
  })
  return {
    open: (req, res) =>
      settled((done) => {
        open(req, res, done)
      }),
    signIn: async (req, registration) => {
      if (secure && !req.secure)
        throw new AppError('connection-insecure', { facts: { ...customerFacts(registration), protocol: req.protocol } })
      if (hasSessionCookie(req))
        await settled((done) => {
          req.session.regenerate(done)
        })
      req.session.visitor = sessionCustomer(registration)
      store.begin(req.sessionID, registration.id)
      await save(req)
    },
    end: async (req, res) => {
      await settled((done) => {
        req.session.destroy(done)
      })
      res.clearCookie(name, cookie)
    },
  }
}

/** The customer of this request. Throws `session-expired`, or `cookies-blocked` if the browser rejected our cookie. */
export function customerOf(req: Request): SessionCustomer {
  const { visitor } = req.session
  if (visitor !== undefined) return visitor
  const isCookieBlocked = req.method === 'GET' && req.get('Sec-Fetch-Site') === 'cross-site' && !hasSessionCookie(req)
  throw new AppError(isCookieBlocked ? 'cookies-blocked' : 'session-expired')
}

/** The customer for a log line; null without a session of a landing. */
export function knownCustomer(req: Request): SessionCustomer | null {
  return 'session' in req ? (req.session.visitor ?? null) : null
}

/** The log fields of a customer. */
export function customerFacts({ id, productCode, awsAccountId, licenseArn }: SessionCustomer) {
  return { registrationId: id, productCode, customerAwsAccountId: awsAccountId, licenseArn }
}

/** Saves the session unless it has ended meanwhile. */
export function save(req: Request): Promise<void> {
  return settled((done) => {
    req.session.save(done)
  })
}

const opened = z.object({ registration: z.string().optional().catch('') })

/**
 * Throws `form-outdated` if the form belongs to another purchase than the session. With two tabs, the form of the first tab must
 * not register the second purchase.
 */
export function rejectOtherPurchase(body: unknown, customer: SessionCustomer): void {
  const { registration } = opened.parse(body)
  if (registration !== undefined && registration !== customer.id)
    throw new AppError('form-outdated', { facts: customerFacts(customer) })
}

function sessionCustomer(registration: Registration): SessionCustomer {
  const { id, reference, productCode, awsAccountId, licenseArn, customerIdentifier } = registration
  return { id, reference, productCode, awsAccountId, licenseArn, customerIdentifier }
}

function hasSessionCookie(req: Request): boolean {
  return /(?:^|;)\s*(?:__Host-)?registration\s*=/.test(req.get('Cookie') ?? '')
}

function settled(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === undefined || error === null) resolve()
      else reject(error instanceof Error ? error : new AppError('internal', { cause: error }))
    })
  })
}
