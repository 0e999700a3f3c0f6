import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerResponse } from 'node:http'
import { sendText } from '../http/answers.ts'
import type { Handoff } from '../application/handoff.ts'
import type { Webhooks } from '../application/webhooks.ts'
import { type Routes, seeOther } from '../http/router.ts'
import { applicationPage, arrivalFailedPage, arrivalPage } from './application.ts'
import { createSubscriptionsPage, type PageDeps } from './subscriptions.ts'

const stylesheet = readFileSync(join(import.meta.dirname, '../marketplace.css'), 'utf8')

type Deps = PageDeps & {
  readonly webhooks: Webhooks
  readonly handoff: Handoff
  /** The simulator's own address. */
  readonly url: () => string
}

/** What only people open. */
export function pageRoutes({ webhooks, handoff, url, ...page }: Deps): Routes {
  const subscriptionsPage = createSubscriptionsPage(page)
  return {
    'GET /': ({ response }) => {
      sendPage(response, subscriptionsPage())
    },
    'GET /application': ({ response }) => {
      const [webhookUrl, continueUrl] = [`${url()}/webhooks`, `${url()}/application/continue`]
      const deps = { webhooks: webhooks.list(), arrivals: handoff.list(), webhookUrl, continueUrl }
      sendPage(response, applicationPage(deps))
    },
    'GET /application/continue': async ({ response, query }) => {
      const arrival = await handoff.redeem(query.get('code') ?? '')
      if ('problem' in arrival) sendPage(response, arrivalFailedPage(arrival.problem), 502)
      // Away from the address with the code, so that reloading does not redeem it again.
      else seeOther(response, `/application/arrivals/${arrival.id}`)
    },
    'GET /application/arrivals/:id': ({ response, id }) => {
      const arrival = handoff.find(id)
      if (arrival === undefined) sendPage(response, arrivalFailedPage('Nobody has arrived here lately.'), 404)
      else sendPage(response, arrivalPage(arrival))
    },
    'POST /application/arrivals/:id/link': ({ response, id }) => {
      const arrival = handoff.find(id)
      if (arrival !== undefined) arrival.linked = true
      seeOther(response, `/application/arrivals/${id}`)
    },
    'GET /marketplace.css': ({ response }) => {
      sendText(response, 200, 'text/css; charset=utf-8', stylesheet)
    },
    'GET /favicon.ico': ({ response }) => {
      response.writeHead(204).end()
    },
  }
}

export function sendPage(response: ServerResponse, html: string, status = 200): void {
  sendText(response, status, 'text/html; charset=utf-8', html)
}
