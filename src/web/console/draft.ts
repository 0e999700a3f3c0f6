import type { Request, Response } from 'express'
import { z } from 'zod'
import type { BrowserSessions, Draft } from './sessions.ts'

/** Above any form of the console. Nobody has signed in, so that little is stored. */
const longest = 8_000

const form = z.record(z.string(), z.string()).catch({})

/** The form of a request whose session has ended, as it can be shown again. */
export function draftOf(req: Request): Draft {
  const draft = { path: pathOf(req), fields: form.parse(req.body) }
  return JSON.stringify(draft).length > longest ? { ...draft, fields: {} } : draft
}

const readers = new WeakMap<Response, () => Promise<Draft | null>>()

/** Called by the sign-in when it admits a request. */
export function setDraftReader(req: Request, res: Response, { takeDraft }: Pick<BrowserSessions, 'takeDraft'>): void {
  readers.set(res, () => takeDraft(req))
}

/** What was typed into the form of this page and was not carried out, because the session had ended. It is given once. */
export async function unsentFields(req: Request, res: Response): Promise<Draft['fields'] | null> {
  const draft = (await readers.get(res)?.()) ?? null
  return draft !== null && draft.path === pathOf(req) ? draft.fields : null
}

function pathOf(req: Request): string {
  return req.originalUrl.split('?', 1)[0] ?? ''
}
