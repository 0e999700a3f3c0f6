import type { Request, Response } from 'express'
import type { Registration } from '../../domain/registration.ts'
import { customerFacts } from '../middleware/session.ts'
import { userOf } from './user.ts'

type LoggedAction = {
  readonly action: 'ready' | 'resend' | 'retry' | 'erase'
  readonly registration: Registration
  readonly facts?: Readonly<Record<string, unknown>>
}

/** Logs an action in the console. */
export function logAction(req: Request, res: Response, { action, registration, facts = {} }: LoggedAction): void {
  const { actor } = userOf(res)
  const { reference } = registration
  req.log.info(
    { event: 'console.action', actor, action, reference, ...customerFacts(registration), ...facts },
    `console: ${action}`,
  )
}
