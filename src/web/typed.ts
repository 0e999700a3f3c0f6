import { hash } from 'node:crypto'
import type { Request } from 'express'
import type { Registration } from '../domain/registration.ts'
import { save } from './middleware/session.ts'

/** What this session did with the form: it registered, it changed what was stored, or, null, neither. */
export type Typed = 'registered' | 'changed' | null

/** Remembers, until the next landing, that this session typed what is stored now. */
export async function noteTyped(req: Request, as: 'registered' | 'changed', registration: Registration): Promise<void> {
  req.session.typed = { as, digest: digestOf(registration) }
  await save(req)
}

/** What this session typed, as long as that is what is stored: null when another session replaced it, and after erasing. */
export function typedOf(req: Request, registration: Registration): Typed {
  const { typed } = req.session
  return typed?.digest === digestOf(registration) ? typed.as : null
}

function digestOf({ id, contact, fields }: Registration): string {
  const answers = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1))
  return hash('sha256', JSON.stringify([id, contact?.email, contact?.name, contact?.company, contact?.phone, answers]))
}
