import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import express, { type RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

/** Far above any real form, and small enough that a thousand of them fit in memory. */
const limit = '64kb'
const parameterLimit = 50

/** Parses a form's body. Anything but a form is refused as `request-unreadable`. No body counts as an empty form. */
export function formBody(): RequestHandler[] {
  const parse = express.urlencoded({ extended: false, limit, parameterLimit })
  loadCharacterSets(parse)
  return [
    parse,
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

/** The parser loads them with the first form, which may come when no file can be opened. */
function loadCharacterSets(parse: ReturnType<typeof express.urlencoded>): void {
  const form = new IncomingMessage(new Socket())
  form.headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '3' }
  form.push('a=b')
  form.push(null)
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- what Express adds is not read
  parse(form, new ServerResponse(form), () => undefined)
}
