import express, { type RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

/** Much larger than any real form. */
const parameterLimit = 50

/** Parses a form's body. Fails with `request-unreadable` for anything but a form. No body counts as an empty form. */
export function formBody(limit: '64kb' | '256kb'): RequestHandler[] {
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
