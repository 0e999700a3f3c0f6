import type { Request, Response } from 'express'
import session, { type Store } from 'express-session'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Registration } from '../../domain/registration.ts'

/** Whose session this is. Only `signIn` writes it, from what AWS answered. */
export type SessionCustomer = Pick<
  Registration,
  'id' | 'reference' | 'productCode' | 'awsAccountId' | 'licenseArn' | 'customerIdentifier'
>

type Typed = 'registered' | 'changed'

declare module 'express-session' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface augments another
  interface SessionData {
    visitor: SessionCustomer
    /** This session sent the form, for the first time or to change what was stored. */
    typed?: Typed
  }
}

export type SessionOptions = {
  readonly secure: boolean
  readonly secrets: readonly string[]
}

/** Makes `req.session` usable. Rejects with `store-unavailable` when a session cannot be read. */
export type OpenSession = (req: Request, res: Response) => Promise<void>

export function createOpenSession({ secure, secrets }: SessionOptions, store: Store): OpenSession {
  const open = session({
    name: sessionCookie(secure),
    secret: [...secrets],
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, secure, sameSite: 'lax', path: '/' },
  })
  return (req, res) =>
    settled((done) => {
      open(req, res, done)
    })
}

/**
 * Gives the browser a new session that holds this registration's identity, stored before this resolves. The id it came with is
 * worth nothing afterwards. Rejects with `connection-insecure` where no cookie could be set: express-session would say nothing.
 */
export async function signIn(req: Request, registration: Registration): Promise<void> {
  if (!canSetCookie(req))
    throw new AppError('connection-insecure', { facts: { ...customerFacts(registration), protocol: req.protocol } })
  if (hasSessionCookie(req))
    await settled((done) => {
      req.session.regenerate(done)
    })
  req.session.visitor = sessionCustomer(registration)
  await settled((done) => {
    req.session.save(done)
  })
}

/** Who this request belongs to. Throws `session-expired`, or `cookies-blocked` where the browser refused our cookie. */
export function customerOf(req: Request): SessionCustomer {
  const { visitor } = req.session
  if (visitor !== undefined) return visitor
  const cookieRefused = req.method === 'GET' && req.get('Sec-Fetch-Site') === 'cross-site' && !hasSessionCookie(req)
  throw new AppError(cookieRefused ? 'cookies-blocked' : 'session-expired')
}

/** Remembers until the next landing that this session typed the contact details. Resolves when that is stored. */
export async function noteTyped(req: Request, typed: Typed): Promise<void> {
  req.session.typed = typed
  await settled((done) => {
    req.session.save(done)
  })
}

/** What this session did with the form; null when somebody else, or an earlier visit, typed the details. */
export function typedOf(req: Request): Typed | null {
  return req.session.typed ?? null
}

/** `customerOf` for a log line: null where no session was opened, or none that a landing began. */
export function knownCustomer(req: Request): SessionCustomer | null {
  return 'session' in req ? (req.session.visitor ?? null) : null
}

/** A customer as the log speaks of one. */
export function customerFacts({ id, productCode, awsAccountId, licenseArn }: SessionCustomer) {
  return { registrationId: id, productCode, customerAwsAccountId: awsAccountId, licenseArn }
}

const opened = z.object({ registration: z.string().optional().catch('') })

/**
 * Two tabs, two purchases, one session: the form of the first tab must not register the second purchase. Throws
 * `form-outdated`.
 */
export function refuseOtherPurchase(body: unknown, customer: SessionCustomer): void {
  const { registration } = opened.parse(body)
  if (registration !== undefined && registration !== customer.id)
    throw new AppError('form-outdated', { facts: customerFacts(customer) })
}

function sessionCustomer({
  id,
  reference,
  productCode,
  awsAccountId,
  licenseArn,
  customerIdentifier,
}: Registration): SessionCustomer {
  return { id, reference, productCode, awsAccountId, licenseArn, customerIdentifier }
}

function canSetCookie(req: Request): boolean {
  return req.session.cookie.secure !== true || req.secure
}

function sessionCookie(secure: boolean): string {
  return secure ? '__Host-registration' : 'registration'
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
