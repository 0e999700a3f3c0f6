import { hash } from 'node:crypto'
import type { Request } from 'express'
import type { Registration } from '../domain/registration.ts'
import { save } from './middleware/session.ts'
import type { Typed } from './pages/complete-state.ts'

/** Stores in the session that it typed the current details. Valid until the next landing. */
export async function noteTyped(req: Request, as: NonNullable<Typed>, registration: Registration): Promise<void> {
  req.session.typed = { as, digest: digestOf(registration) }
  await save(req)
}

/** The last action if the stored details are those that this session typed; null if they were replaced or erased. */
export function typedOf(req: Request, registration: Registration): Typed {
  const { typed } = req.session
  return typed?.digest === digestOf(registration) ? typed.as : null
}

function digestOf({ id, contact, fields }: Registration): string {
  const answers = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1))
  return hash('sha256', JSON.stringify([id, contact?.email, contact?.name, contact?.company, contact?.phone, answers]))
}
