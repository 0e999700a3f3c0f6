import type { Request } from 'express'
import { z } from 'zod'
import type { Retry } from '../pages/page-state.ts'
import { paths } from '../paths.ts'

/** The Try again form works only with the session, so a buyer who waits longer than this can lose what the form keeps. */
const longestKeptSeconds = 600

/** True if the request contained the registration form and the failure page does not keep its values. */
export function losesForm(req: Request, retry: Retry | null, retryAfterSeconds: number | null): boolean {
  return containsForm(req) && !(repeatsForm(retry) && (retryAfterSeconds ?? 0) <= longestKeptSeconds)
}

const fromForm = z.object({ page: z.literal('registration') })

/** The language buttons submit the form, too. */
function containsForm({ method, path, body }: Request): boolean {
  if (method !== 'POST') return false
  return path === paths.registration || (path === paths.language && fromForm.safeParse(body).success)
}

function repeatsForm(retry: Retry | null): boolean {
  return retry?.method === 'post' && retry.action === paths.registration
}
