import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { ConsoleSessions } from '../../domain/console-sessions.ts'
import type { Identity, PendingSignIn } from '../../domain/sign-in.ts'
import type { ConsoleCookie } from './cookie.ts'

const minuteMs = 60_000
const ofSignIn = { unusedMs: 60 * minuteMs, longestMs: 8 * 60 * minuteMs }
const ofPending = { unusedMs: 10 * minuteMs, longestMs: 10 * minuteMs }

const pendingRow = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() })
const signedInRow = z.object({
  issuer: z.string(),
  subject: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
})
const draftRow = z.object({ path: z.string(), fields: z.record(z.string(), z.string()) })

/** A form that was sent when its session had ended. */
export type Draft = z.infer<typeof draftRow>

/** The sessions of browsers. They share nothing with the sessions of buyers. */
export type BrowserSessions = {
  /** Binds a sign-in to the browser, for ten minutes. */
  readonly begin: (req: Request, res: Response, pending: PendingSignIn & { readonly returnTo: string }) => Promise<void>
  /** The sign-in of this browser that has this state. It counts once. */
  readonly pending: (req: Request, state: string) => Promise<(PendingSignIn & { readonly returnTo: string }) | null>
  /** Ends what the browser had, and gives it a new session. */
  readonly signIn: (req: Request, res: Response, identity: Identity) => Promise<void>
  /** Whether the browser sent a cookie of ours. */
  readonly isKnown: (req: Request) => boolean
  /** Who signed in. */
  readonly find: (req: Request) => Promise<Identity | null>
  readonly end: (req: Request, res: Response) => Promise<void>
  /** Keeps a form for this browser, for ten minutes. */
  readonly keepDraft: (req: Request, res: Response, draft: Draft) => Promise<void>
  readonly takeDraft: (req: Request) => Promise<Draft | null>
}

export function createBrowserSessions(rows: ConsoleSessions, cookie: ConsoleCookie, issuer: string): BrowserSessions {
  const idFor = (req: Request, res: Response) => {
    const id = cookie.read(req) ?? newId()
    cookie.set(res, id)
    return id
  }
  const take = async (id: string | null, part: string) => {
    const data = id === null ? null : await rows.take(`${id}${part}`)
    return data === null ? null : parsed(data)
  }
  const takeDraft = async (req: Request) => draftRow.nullable().parse(await take(cookie.read(req), draftPart))
  return {
    // Several tabs may sign in at the same time: each has its own state.
    begin: (req, res, pending) => rows.put(`${idFor(req, res)}.${pending.state}`, JSON.stringify(pending), ofPending),
    pending: async (req, state) => pendingRow.nullable().parse(await take(cookie.read(req), `.${state}`)),
    signIn: async (req, res, identity) => {
      const id = newId()
      await rows.put(id, JSON.stringify({ issuer, ...identity }), ofSignIn)
      const draft = await takeDraft(req)
      if (draft !== null) await rows.put(`${id}${draftPart}`, JSON.stringify(draft), ofPending)
      await take(cookie.read(req), '')
      cookie.set(res, id)
    },
    isKnown: (req) => cookie.read(req) !== null,
    find: async (req) => {
      const id = cookie.read(req)
      const data = id === null ? null : await rows.use(id, ofSignIn.unusedMs)
      const signedIn = data === null ? null : signedInRow.parse(parsed(data))
      // Subjects and addresses mean something at their own provider only.
      return signedIn?.issuer === issuer ? signedIn : null
    },
    end: async (req, res) => {
      await take(cookie.read(req), '')
      cookie.clear(res)
    },
    keepDraft: (req, res, draft) => rows.put(`${idFor(req, res)}${draftPart}`, JSON.stringify(draft), ofPending),
    takeDraft,
  }
}

/** No state has a dot. */
const draftPart = '.draft.'

function newId(): string {
  return randomBytes(32).toString('base64url')
}

function parsed(data: string): unknown {
  return JSON.parse(data)
}
