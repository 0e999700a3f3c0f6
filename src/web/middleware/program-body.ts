import express, { type RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

const limit = '8kb'

/** Parses the body of a program: a form or JSON. */
export function programBody(): RequestHandler[] {
  return [
    express.urlencoded({ extended: false, limit, parameterLimit: 20 }),
    express.json({ limit }),
    (req, _res, next) => {
      if (req.is(['application/x-www-form-urlencoded', 'application/json']) === false)
        throw new AppError('request-unreadable', { status: 415 })
      next()
    },
  ]
}
