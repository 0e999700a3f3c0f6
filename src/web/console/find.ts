import type { Request } from 'express'
import type { FindWhole, WholeRegistration } from '../../domain/console-registration.ts'
import { parseReference } from '../../domain/reference.ts'
import { AppError } from '../../errors.ts'

/** The registration in the request's path. Throws `not-found`. */
export async function registrationIn(req: Request, findWhole: FindWhole): Promise<WholeRegistration> {
  const reference = parseReference(String(req.params['reference']))
  const found = reference === null ? null : await findWhole(reference)
  if (found === null) throw new AppError('not-found')
  return found
}
