import type { Request } from 'express'
import { z } from 'zod'
import { paths } from '../paths.ts'
import { ownFields, type Retry } from './language-switch.ts'

const form = z.record(z.string(), z.unknown()).catch({})

/** A form that sends this request again: the same token, or what the buyer typed. Nothing of it is stored meanwhile. */
export function retryOf(req: Request): Retry {
  if (req.method !== 'POST')
    return { method: 'get', action: req.method === 'GET' ? req.path : paths.landing, fields: {} }
  if (req.path === paths.language) return { method: 'get', action: paths.landing, fields: {} }
  const fields = Object.entries(form.parse(req.body)).flatMap(([name, value]) =>
    typeof value === 'string' && !ownFields.has(name) ? [[name, value] as const] : [],
  )
  return { method: 'post', action: req.path, fields: Object.fromEntries(fields) }
}
