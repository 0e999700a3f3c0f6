import type { RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

/**
 * Rejects a form POST that does not come from our own pages, by `Sec-Fetch-Site` if the browser sends it, otherwise by `Origin`.
 * SameSite cookies alone do not protect, because a sibling domain counts as the same site.
 */
export function sameOrigin(origin: string): RequestHandler {
  return (req, _res, next) => {
    const site = req.get('Sec-Fetch-Site')
    const ours = site === undefined ? req.get('Origin') === origin : site === 'same-origin'
    if (!ours) throw new AppError('form-forged', { facts: { site, origin: req.get('Origin') } })
    next()
  }
}
