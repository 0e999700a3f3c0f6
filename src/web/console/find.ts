import type { Request } from 'express'
import type { FindWhole, WholeRegistration } from '../../domain/console-registration.ts'
import { AppError } from '../../errors.ts'

const reference = /^[0-9A-Z-]{1,40}$/

/** The registration in the request's path. Throws `not-found`. */
export async function registrationIn(req: Request, findWhole: FindWhole): Promise<WholeRegistration> {
  const given = String(req.params['reference']).toUpperCase()
  const found = reference.test(given) ? await findWhole(given) : null
  if (found === null) throw new AppError('not-found')
  return found
}
