import type { ErrorRequestHandler } from 'express'
import type { ErrorCode } from '../../errors.ts'
import { errorPage } from '../errors/error-pages.ts'
import { described, failureOf } from '../errors/failure.ts'
import { sendConsolePage } from './page.ts'

/** Texts for the person. Only the log explains any other code. */
const messages: Readonly<Partial<Record<ErrorCode, { readonly title: string; readonly text: string }>>> = {
  'not-found': { title: 'Not found', text: 'There is nothing at this address. A reference may be misspelled.' },
  'method-not-allowed': { title: 'Not possible here', text: 'This address does not accept this kind of request.' },
  'form-forged': {
    title: 'Nothing was done',
    text: 'The form was not sent from a page of the console. Open the page again, and send the form from there.',
  },
  'request-unreadable': { title: 'Nothing was done', text: 'The form could not be read. Open the page again.' },
  'too-many-requests': { title: 'Too many requests', text: 'Wait a minute, then try again.' },
  'store-unavailable': { title: 'The database does not answer', text: 'Wait a moment, then load the page again.' },
  'service-busy': { title: 'The service is busy', text: 'Wait a moment, then load the page again.' },
}

const other = { title: 'Something went wrong', text: 'The log has the cause, under the reference below.' }

/** Logs and shows an error in the console. Does not affect buyers' pages and their metrics. */
export const consoleErrors: ErrorRequestHandler = (thrown: unknown, req, res, next) => {
  const { code, details } = failureOf(thrown)
  const { logLevel, hint, ...page } = errorPage(code)
  const reference = typeof req.id === 'string' ? req.id : ''
  req.log[logLevel](
    {
      event: 'console.refused',
      code,
      reference,
      ...details.facts,
      hint: details.hint ?? hint,
      cause: described(details.cause),
    },
    `refused: ${code}`,
  )
  if (res.headersSent) {
    next(thrown)
    return
  }
  const retryAfterSeconds = details.retryAfterSeconds ?? page.retryAfterSeconds
  if (retryAfterSeconds !== undefined) res.set('Retry-After', String(retryAfterSeconds))
  res.set(details.headers ?? {})
  const { title, text } = messages[code] ?? other
  const quoted = `Reference for the log: ${reference}`
  sendConsolePage(res, {
    name: `console-${code}`,
    status: details.status ?? page.status,
    template: 'message',
    model: { title, text: [text, quoted] },
  })
}
