import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fields, readFields } from '../api/fields.ts'
import type { Buyers } from '../application/buyers.ts'
import type { LandingPage, ReadyDetails } from '../application/landing-page.ts'
import type { Webhooks } from '../application/webhooks.ts'
import { seeOther, send, sendPage } from '../http/answers.ts'
import { type Exchange, type Routes } from '../http/router.ts'
import { applicationPage } from './application.ts'
import { arrivalFailedPage, arrivalPage } from './handoff.ts'

const stylesheet = readFileSync(join(import.meta.dirname, '../marketplace.css'), 'utf8')

type Deps = {
  readonly subscriptionsPage: (productCode: string | null) => string
  readonly webhooks: Webhooks
  readonly buyers: Buyers
  readonly landingPage: LandingPage
  /** The simulator's own address. */
  readonly url: () => string
}

/** The pages for people. */
export function pageRoutes({ subscriptionsPage, webhooks, buyers, landingPage, url }: Deps): Routes {
  return {
    'GET /': ({ response, query }) => {
      sendPage(response, subscriptionsPage(query.get('product')))
    },
    'GET /application': ({ response }) => {
      const { canMarkReady } = landingPage
      const { verifies } = webhooks
      sendPage(
        response,
        applicationPage({ webhooks: webhooks.list(), buyers: buyers.list(), canMarkReady, verifies, url: url() }),
      )
    },
    'GET /application/handoff': async ({ response, query }) => {
      const answer = await landingPage.redeem(query.get('code') ?? '')
      const buyer = 'error' in answer ? null : buyers.update(answer, Date.now())
      // Removes the code from the URL, so that reloading the page does not redeem it again.
      if (buyer !== null) seeOther(response, `/application/arrivals/${buyers.addArrival(buyer.reference)}`)
      else {
        const error = 'error' in answer ? answer.error : 'The registration has no reference.'
        sendPage(response, arrivalFailedPage(error), 502)
      }
    },
    'GET /application/arrivals/:id': ({ response, id }) => {
      const buyer = buyers.findArrival(id)
      if (buyer === undefined) sendPage(response, arrivalFailedPage('This handoff is unknown.'), 404)
      else sendPage(response, arrivalPage(id, buyer))
    },
    'POST /application/arrivals/:id/link': ({ response, id }) => {
      const buyer = buyers.findArrival(id)
      if (buyer !== undefined) buyers.change(buyer.reference, { isLinked: true })
      seeOther(response, `/application/arrivals/${id}`)
    },
    'POST /application/buyers/:id/ready': async (exchange) => {
      const { id } = exchange
      const answer = await landingPage.markReady(id, readyDetailsIn(fieldsOf(exchange)))
      if ('error' in answer) buyers.change(id, { error: answer.error })
      else {
        buyers.update(answer, Date.now())
        buyers.change(id, { error: null })
      }
      seeOther(exchange.response, `/application#${id}`)
    },
    'GET /marketplace.css': ({ response }) => {
      send(response, 200, { contentType: 'text/css; charset=utf-8', text: stylesheet })
    },
    'GET /favicon.ico': ({ response }) => {
      response.writeHead(204).end()
    },
  }
}

function readyDetailsIn(fields: Fields): ReadyDetails {
  fields.allowOnly(['url', 'message', 'notify'])
  const [url, message] = [fields.text('url', /^/, 'a text'), fields.text('message', /^/, 'a text')]
  return {
    ...(url && { url }),
    ...(message && { message }),
    ...(fields.flag('notify') === true && { notify: true }),
  }
}

function fieldsOf({ request, body }: Exchange): Fields {
  return readFields(request.headers['content-type'], body.toString())
}
