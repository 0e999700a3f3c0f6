import type { Request, Response } from 'express'
import type { NotAllowed } from '../../domain/console-allow.ts'
import type { Identity, ProviderFailure } from '../../domain/sign-in.ts'
import { described } from '../errors/failure.ts'
import { sendConsolePage } from './page.ts'
import { consolePaths } from './paths.ts'

/** Why somebody could not sign in. */
type SignInFailure = NotAllowed | ProviderFailure | 'cookie-missing' | 'sign-in-unknown' | 'session-ended'

type Answer = {
  readonly status: number
  readonly logLevel: 'info' | 'warn' | 'error'
  readonly title: string
  readonly text: string
}

const unfinished = 'The sign-in could not be finished'
const noAccess = 'You may not use this console'

/** What each reason is answered with. docs/console.md lists them. */
export const signInFailures: Readonly<Record<SignInFailure, Answer>> = {
  'not-allowed': {
    status: 403,
    logLevel: 'warn',
    title: noAccess,
    text: 'Your sign-in worked, but your address is not among those that may use the console.',
  },
  'email-unverified': {
    status: 403,
    logLevel: 'warn',
    title: noAccess,
    text: 'Your sign-in worked, but the sign-in provider does not say that your address is verified.',
  },
  'email-missing': {
    status: 403,
    logLevel: 'warn',
    title: noAccess,
    text: 'Your sign-in worked, but the sign-in provider does not say what your address is.',
  },
  'session-ended': {
    status: 403,
    logLevel: 'info',
    title: 'Nothing was done: your session has ended',
    text: 'Sign in again. You then come back to the page for confirming, with what you typed.',
  },
  'cookie-missing': {
    status: 400,
    logLevel: 'info',
    title: unfinished,
    text: 'Your browser sent no cookie of this sign-in. Allow cookies for this site, then sign in again.',
  },
  'sign-in-unknown': {
    status: 400,
    logLevel: 'info',
    title: unfinished,
    text: 'It was already used, began more than ten minutes ago, or belongs to another browser. Sign in again.',
  },
  'code-refused': {
    status: 400,
    logLevel: 'warn',
    title: unfinished,
    text: 'The sign-in provider says that it was already used or has expired. Sign in again.',
  },
  'nonce-mismatch': {
    status: 400,
    logLevel: 'warn',
    title: unfinished,
    text: 'The answer of the sign-in provider belongs to another sign-in. Sign in again.',
  },
  'token-invalid': {
    status: 400,
    logLevel: 'error',
    title: unfinished,
    text: 'The answer of the sign-in provider could not be verified. Sign in again.',
  },
  'provider-refused': {
    status: 403,
    logLevel: 'info',
    title: 'The sign-in provider did not sign you in',
    text: 'You canceled there, or your account has no access to this application. Sign in again.',
  },
  'provider-failed': {
    status: 502,
    logLevel: 'error',
    title: 'Signing in is not possible at the moment',
    text: 'The answer of the sign-in provider could not be used. The log says what to change. Buyers are not affected.',
  },
  'provider-unreachable': {
    status: 504,
    logLevel: 'warn',
    title: 'The sign-in provider does not answer',
    text: 'Wait a moment, then sign in again. If it stays so, the log says what to change. Buyers are not affected.',
  },
}

type FailedSignIn = {
  readonly reason: SignInFailure
  readonly identity?: Identity
  /** The page to come back to. */
  readonly returnTo?: string
  readonly cause?: unknown
  readonly hint?: string
  readonly providerError?: string
}

/** Logs and shows why somebody could not sign in, who they are, and whom to ask. */
export function createShowFailure(support: string): (req: Request, res: Response, failed: FailedSignIn) => void {
  return (req, res, { reason, identity, returnTo, cause, hint, providerError }) => {
    const { status, logLevel, title, text } = signInFailures[reason]
    const actor = identity === undefined ? undefined : (identity.email ?? identity.subject)
    req.log[logLevel](
      { event: 'console.refused', reason, actor, providerError, hint, cause: described(cause) },
      'console refused',
    )
    const reference = typeof req.id === 'string' ? req.id : ''
    const asked =
      reason === 'session-ended' ? null : `If you need help, ask the person who runs this site, or ${support}.`
    sendConsolePage(res, {
      name: identity === undefined ? `console-${reason}` : 'console-refused',
      status,
      template: 'sign-in',
      model: {
        title,
        text: [text, actor === undefined ? null : `You are signed in as ${actor}.`, asked].filter(
          (line) => line !== null,
        ),
        reference: `Reference for the log: ${reference}`,
        link: {
          href: signInHref({ returnTo, account: identity && 'another' }),
          text: identity ? 'Sign in as somebody else' : 'Sign in again',
        },
      },
    })
  }
}

type SignInLink = { readonly returnTo?: string | undefined; readonly account?: 'another' | undefined }

/** The URL that starts a sign-in. */
export function signInHref({ returnTo, account }: SignInLink): string {
  const query = new URLSearchParams()
  if (returnTo !== undefined) query.set('return', returnTo)
  if (account !== undefined) query.set('account', account)
  return query.size === 0 ? consolePaths.signIn : `${consolePaths.signIn}?${query.toString()}`
}
