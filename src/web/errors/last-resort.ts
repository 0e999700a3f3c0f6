import ejs from 'ejs'
import type { ErrorRequestHandler } from 'express'
import type { Branding } from '../../domain/product.ts'
import { failureFacts } from '../middleware/outcome.ts'
import { described } from './failure.ts'

const page = ejs.compile(`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>We cannot show this page right now</title></head>
  <body data-page="<%= code %>">
    <h1>We cannot show this page right now</h1>
    <p>Your purchase is safe, and you will not be charged again. Wait a moment, then try again.</p>
    <p>If it happens again, contact <%= branding.sellerName %> and quote this reference: <strong><%= reference %></strong></p>
    <% if (branding.supportEmail) { %><p><a href="mailto:<%= branding.supportEmail %>"><%= branding.supportEmail %></a></p><% } %>
    <% if (branding.supportUrl) { %><p><a href="<%= branding.supportUrl %>"><%= branding.supportUrl %></a></p><% } %>
  </body>
</html>
`)

/** The page for a failure of rendering itself. It is kept in memory and shows no cause. */
export function lastResort(branding: Branding): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { code = 'internal' } = failureFacts(res)
    req.log.error({ code, cause: described(error) }, 'page not rendered')
    if (res.headersSent) {
      next(error)
      return
    }
    const status = res.statusCode < 400 ? 500 : res.statusCode
    res
      .status(status)
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(page({ branding, code, reference: req.id }))
  }
}
