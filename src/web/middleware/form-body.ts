import express, { type RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

/** Far above any real form, and small enough that a thousand of them fit in memory. */
const limit = '64kb'
const parameterLimit = 50

/** Parses a form's body. Anything but a form is refused as `request-unreadable`. No body counts as an empty form. */
export function formBody(): RequestHandler[] {
  return [
    express.urlencoded({ extended: false, limit, parameterLimit }),
    (req, _res, next) => {
      // `is` returns null when there is no body, but treats `Content-Length: 0` as a body.
      const empty = req.get('Content-Length') === '0'
      if (!empty && req.is('application/x-www-form-urlencoded') === false)
        throw new AppError('request-unreadable', { status: 415 })
      req.body ??= {}
      next()
    },
  ]
}
