import type { Request } from 'express'
import { z } from 'zod'
import { valuesOf, type InvalidAnswer } from '../../domain/answers.ts'
import { noValues } from '../../domain/contact.ts'
import type { Product } from '../../domain/product.ts'
import type { Registrations } from '../../domain/registrations.ts'
import type { Registration } from '../../domain/registration.ts'
import { AppError } from '../../errors.ts'
import { customerOf } from '../middleware/session.ts'
import { fullContact } from '../pages/masked.ts'
import type { RegistrationInput } from '../pages/pages.ts'
import { typedOf } from '../typed.ts'

/** The registration of this session. Rejects with `session-expired` if it does not exist. */
export async function registrationOf(req: Request, { find }: Pick<Registrations, 'find'>): Promise<Registration> {
  const { id } = customerOf(req)
  const registration = await find(id)
  if (registration === null) throw new AppError('session-expired', { facts: { registrationId: id } })
  return registration
}

/** The form when it is opened: empty, or with the stored values if this session typed them. */
export function formOf(req: Request, registration: Registration, { fields }: Product): RegistrationInput {
  const { contact } = registration
  const typed = typedOf(req, registration) !== null
  const values = typed && contact !== null ? fullContact(contact) : noValues
  const answers = { values: typed ? valuesOf(fields, registration.fields) : {}, invalidFields: allValid }
  return { registration, typed, values, invalidFields: {}, answers, suggestion: null, asked: null }
}

const allValid: ReadonlyMap<string, InvalidAnswer> = new Map()

const form = z.object({ 'asked-email': z.string().max(254).optional().catch(undefined) }).catch({})

/** The email address that the previous page asked about; null if it did not ask. A question is asked once. */
export function readAsked(body: unknown): string | null {
  return form.parse(body)['asked-email'] ?? null
}
