import type { Request, Response } from 'express'
import { z } from 'zod'
import { pathOf } from '../paths.ts'
import type { BrowserSessions, Draft } from './sessions.ts'

/** Larger than any form of the console, but small, because the sender is not signed in. */
const longest = 8_000

const form = z.record(z.string(), z.string()).catch({})

/** The form of a request whose session has ended, to show it again. */
export function draftOf(req: Request): Draft {
  const draft = { path: pathOf(req), fields: form.parse(req.body) }
  return JSON.stringify(draft).length > longest ? { ...draft, fields: {} } : draft
}

const readers = new WeakMap<Response, () => Promise<Draft | null>>()

/** The sign-in calls this when it admits a request. */
export function setDraftReader(req: Request, res: Response, { takeDraft }: Pick<BrowserSessions, 'takeDraft'>): void {
  readers.set(res, () => takeDraft(req))
}

/** The form of this page that was not processed because the session had ended. Returned only once. */
export async function unsentFields(req: Request, res: Response): Promise<Draft['fields'] | null> {
  const draft = (await readers.get(res)?.()) ?? null
  return draft !== null && draft.path === pathOf(req) ? draft.fields : null
}
