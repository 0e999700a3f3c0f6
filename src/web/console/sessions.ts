import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { ConsoleSessions } from '../../domain/console-sessions.ts'
import type { Identity } from '../../domain/sign-in.ts'
import type { ConsoleCookie } from './cookie.ts'

const minuteMs = 60_000
const ofSignIn = { unusedMs: 60 * minuteMs, longestMs: 8 * 60 * minuteMs }
const ofPending = { unusedMs: 10 * minuteMs, longestMs: 10 * minuteMs }

const text = z.string()
const pendingRow = z.object({ state: text, nonce: text, verifier: text, returnTo: text })
const signedInRow = z.object({ issuer: text, subject: text, email: text.nullable(), emailVerified: z.boolean() })
const draftRow = z.object({ path: text, fields: z.record(text, text) })

/** A pending sign-in and the page to return to. */
type Pending = z.infer<typeof pendingRow>
/** A form that was submitted after its session had ended. */
export type Draft = z.infer<typeof draftRow>

/** The console's sessions. They are separate from the sessions of buyers. */
export type BrowserSessions = {
  /** Binds a sign-in to the browser for ten minutes. */
  readonly begin: (req: Request, res: Response, pending: Pending) => Promise<void>
  /** Takes the sign-in of this browser with this state. It can be used once. */
  readonly pending: (req: Request, state: string) => Promise<Pending | null>
  /** Ends the browser's session and starts a new one. */
  readonly signIn: (req: Request, res: Response, identity: Identity) => Promise<void>
  /** True if the browser sent our cookie. */
  readonly isKnown: (req: Request) => boolean
  /** The signed-in person. */
  readonly find: (req: Request) => Promise<Identity | null>
  readonly end: (req: Request, res: Response) => Promise<void>
  /** Keeps a form for this browser for ten minutes. */
  readonly keepDraft: (req: Request, res: Response, draft: Draft) => Promise<void>
  readonly takeDraft: (req: Request) => Promise<Draft | null>
}

export function createBrowserSessions(rows: ConsoleSessions, cookie: ConsoleCookie, issuer: string): BrowserSessions {
  const idFor = (req: Request, res: Response) => {
    const id = cookie.read(req) ?? newId()
    cookie.set(res, id)
    return id
  }
  const take = async (req: Request, part: string) => {
    const id = cookie.read(req)
    return id === null ? null : rows.take(`${id}${part}`)
  }
  const takeDraft = async (req: Request) => parsed(draftRow, await take(req, draftPart))
  return {
    // Several tabs may sign in at the same time, each with its own state.
    begin: (req, res, pending) =>
      rows.put(`${idFor(req, res)}${pendingPart}${pending.state}`, JSON.stringify(pending), ofPending),
    pending: async (req, state) => parsed(pendingRow, await take(req, `${pendingPart}${state}`)),
    signIn: async (req, res, identity) => {
      const id = newId()
      await rows.put(id, JSON.stringify({ issuer, ...identity }), ofSignIn)
      const draft = await takeDraft(req)
      if (draft !== null) await rows.put(`${id}${draftPart}`, JSON.stringify(draft), ofPending)
      await take(req, '')
      cookie.set(res, id)
    },
    isKnown: (req) => cookie.read(req) !== null,
    find: async (req) => {
      const id = cookie.read(req)
      const signedIn = id === null ? null : parsed(signedInRow, await rows.use(id, ofSignIn.unusedMs))
      // Subjects and addresses are valid for their provider only.
      return signedIn?.issuer === issuer ? signedIn : null
    },
    end: async (req, res) => {
      await take(req, '')
      cookie.clear(res)
    },
    keepDraft: (req, res, draft) => rows.put(`${idFor(req, res)}${draftPart}`, JSON.stringify(draft), ofPending),
    takeDraft,
  }
}

// Suffixes of the id in the keys of rows other than sessions. No id contains a dot.
const pendingPart = '.sign-in.'
const draftPart = '.draft'

function newId(): string {
  return randomBytes(32).toString('base64url')
}

/** Parses a row. Null if another release wrote it in another format. */
function parsed<T>(row: z.ZodType<T>, data: string | null): T | null {
  return data === null ? null : (row.safeParse(JSON.parse(data)).data ?? null)
}
