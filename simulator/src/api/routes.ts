import type { ServerResponse } from 'node:http'
import type { Webhooks } from '../application/webhooks.ts'
import type { AwsCalls } from '../aws/aws-calls.ts'
import type { Calls } from '../aws/metering/calls.ts'
import type { Clock } from '../clock.ts'
import { seeOther, sendJson, sendPage } from '../http/answers.ts'
import { type Exchange, InvalidInput, type Routes, wantsPage } from '../http/router.ts'
import type { Inbox } from '../mail/inbox.ts'
import type { Market } from '../market/market.ts'
import { callsPage } from '../pages/calls.ts'
import { inboxPage } from '../pages/inbox.ts'
import { scenarioNames, scenarios } from '../scenarios/scenarios.ts'
import type { Tokens } from '../tokens/tokens.ts'
import { applyFrom, viewOf } from './event-requests.ts'
import { type Fields, readFields } from './fields.ts'
import { issueFrom } from './token-requests.ts'

type Deps = {
  readonly tokens: Tokens
  readonly calls: Calls
  readonly awsCalls: AwsCalls
  readonly market: Market
  readonly clock: Clock
  readonly webhooks: Webhooks
  readonly inbox: Inbox
  readonly purchasesPage: () => string
}

const dayMs = 24 * 3_600_000

/** The API for programs. Some addresses are also a page, for clients that accept HTML. */
export function apiRoutes(deps: Deps): Routes {
  const { tokens, calls, awsCalls, market, clock, webhooks, inbox, purchasesPage } = deps
  return {
    'GET /health': ({ response }) => {
      sendJson(response, 200, { status: 'ok', now: new Date(clock.now()).toISOString() })
    },
    'GET /scenarios': ({ response }) => {
      const list = scenarioNames.map((name) => {
        const { title, simulates, expects } = scenarios[name]
        return { name, title, simulates, expects }
      })
      sendJson(response, 200, { scenarios: list })
    },
    'POST /tokens': (exchange) => {
      const issued = issueFrom(fieldsOf(exchange), tokens)
      if (wantsPage(exchange.request)) seeOther(exchange.response, '/purchases')
      else sendJson(exchange.response, 200, issued)
    },
    'GET /calls': ({ request, response, query }) => {
      const token = query.get('token')
      if (wantsPage(request)) sendPage(response, callsPage(calls, awsCalls))
      else if (token === null) sendJson(response, 200, { count: calls.count(), calls: calls.list() })
      else sendJson(response, 200, { count: calls.of(token).length, calls: calls.of(token) })
    },
    'DELETE /calls': ({ response }) => {
      calls.clear()
      awsCalls.clear()
      response.writeHead(204).end()
    },
    'GET /purchases': ({ request, response }) => {
      if (wantsPage(request)) sendPage(response, purchasesPage())
      else sendJson(response, 200, market.list().map(viewOf))
    },
    'POST /purchases/:id/events': (exchange) => {
      applyFrom(exchange, market)
    },
    'POST /clock': (exchange) => {
      const fields = fieldsOf(exchange)
      fields.allowOnly(['advanceMs'])
      const ms = fields.whole('advanceMs', 0, 3650 * dayMs)
      if (ms === undefined) throw new InvalidInput('advanceMs: send milliseconds, for example {"advanceMs": 60000}')
      clock.advance(ms)
      if (wantsPage(exchange.request)) seeOther(exchange.response, '/purchases')
      else sendJson(exchange.response, 200, { now: new Date(clock.now()).toISOString() })
    },
    'GET /webhooks': ({ request, response }) => {
      if (wantsPage(request)) seeOther(response, '/application')
      else sendJson(response, 200, webhooks.list())
    },
    'POST /webhooks': ({ request, response, body, query }) => {
      const { verified } = webhooks.receive(request.headers, body, new Date(clock.now()).toISOString())
      answerWebhook(response, verified || !webhooks.verifies, query.get('status'))
    },
    'GET /inbox': ({ request, response }) => {
      if (wantsPage(request)) sendPage(response, inboxPage(inbox.list()))
      else sendJson(response, 200, inbox.list())
    },
  }
}

/** Answers as a receiver does, or with the status in `?status=`. */
function answerWebhook(response: ServerResponse, isAccepted: boolean, status: string | null): void {
  if (status !== null) {
    if (!/^[2-5]\d\d$/.test(status)) throw new InvalidInput('status: send an HTTP status, for example ?status=503')
    sendJson(response, Number(status), { error: 'The address asks for this status.' })
  } else if (isAccepted) response.writeHead(204).end()
  else sendJson(response, 401, { error: 'The signature does not match the WEBHOOK_SECRET of the simulator.' })
}

function fieldsOf({ request, body }: Exchange): Fields {
  return readFields(request.headers['content-type'], body.toString())
}
