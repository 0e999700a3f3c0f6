import express, { type RequestHandler } from 'express'
import { z } from 'zod'
import { parseReadyInput, type ReadyInput } from '../../domain/ready-input.ts'
import { AppError } from '../../errors.ts'
import { ApiError } from './api-error.ts'

const limit = '8kb'

const body = z.strictObject(
  {
    url: z.string({ error: 'url must be a text or null' }).nullable().optional(),
    message: z.string({ error: 'message must be a text or null' }).nullable().optional(),
    notify: z.boolean({ error: 'notify must be true or false' }).default(false),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'The body may have url, message and notify.' : 'The body must be a JSON object.',
  },
)

/** Parses a JSON body. The body is undefined if the request has none. */
export function jsonBody(): RequestHandler[] {
  return [
    (req, _res, next) => {
      const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
      if (hasBody && req.is('application/json') === false) throw new AppError('request-unreadable')
      next()
    },
    express.json({ limit }),
  ]
}

/** Parses `{url?, message?, notify?}`; no body counts as `{}`. Throws `invalid_request`. */
export function parseReady(sent: unknown): ReadyInput & { readonly notify: boolean } {
  const { data, error } = body.safeParse(sent ?? {})
  if (data === undefined) throw new ApiError('invalid_request', error.issues[0]?.message ?? null)
  const { url, message, notify } = data
  const input = parseReadyInput({ url, message })
  if ('field' in input) throw new ApiError('invalid_request', input.text)
  return { ...input, notify }
}
