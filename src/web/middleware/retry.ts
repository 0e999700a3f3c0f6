import type { Request } from 'express'
import type { Details } from '../../errors.ts'
import { paths } from '../paths.ts'
import { otherFields, type Retry } from '../pages/page-state.ts'

/**
 * A form that sends this request again: the same token, or what the buyer typed, and what the failure adds. Nothing of it is
 * stored meanwhile.
 */
export function retryOf(req: Request, { retryFields = {} }: Details): Retry {
  if (req.method !== 'POST')
    return { method: 'get', action: req.method === 'GET' ? req.path : paths.landing, fields: {} }
  if (req.path === paths.language) return { method: 'get', action: paths.landing, fields: {} }
  return { method: 'post', action: req.path, fields: { ...otherFields(req.body), ...retryFields } }
}
