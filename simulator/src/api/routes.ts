import type { ServerResponse } from 'node:http'
import { sendJson } from '../http/answers.ts'
import type { Webhooks } from '../application/webhooks.ts'
import type { AwsCalls } from '../aws/aws-calls.ts'
import type { Calls } from '../aws/metering/calls.ts'
import type { Clock } from '../clock.ts'
import { type Fields, InputFault, readFields } from './fields.ts'
import type { Inbox } from '../mail/inbox.ts'
import type { Market } from '../market/market.ts'
import { moveNames } from '../market/moves.ts'
import { noticeNames } from '../market/notices.ts'
import type { Purchase } from '../market/purchase.ts'
import { callsPage } from '../pages/calls.ts'
import { inboxPage } from '../pages/inbox.ts'
import { purchasesPage } from '../pages/purchases.ts'
import { sendPage } from '../pages/routes.ts'
import { type Exchange, type Routes, seeOther, wantsPage } from '../http/router.ts'
import { scenarioNames, scenarios } from '../scenarios/scenarios.ts'
import { issueFrom } from './token-requests.ts'
import type { Tokens } from '../tokens/tokens.ts'

type Deps = {
  readonly tokens: Tokens
  readonly calls: Calls
  readonly awsCalls: AwsCalls
  readonly market: Market
  readonly clock: Clock
  readonly webhooks: Webhooks
  readonly inbox: Inbox
  readonly queueUrl: () => string
  readonly eventsUrl: string | null
  readonly landingUrl: () => string
}

const dayMs = 24 * 3_600_000

/** What programs call. Some addresses are a page for whoever asks for HTML. */
export function apiRoutes(deps: Deps): Routes {
  const { tokens, calls, awsCalls, market, clock, webhooks, inbox, queueUrl, eventsUrl, landingUrl } = deps
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
      const purchases = market.list()
      const fieldsFor = ({ scenario, customer }: Purchase) => tokens.offer(scenario, customer).fields
      const page = { purchases, queueUrl: queueUrl(), eventsUrl, landingUrl: landingUrl(), fieldsFor }
      if (wantsPage(request)) sendPage(response, purchasesPage(page))
      else sendJson(response, 200, purchases.map(viewOf))
    },
    'POST /purchases/:id/events': (exchange) => {
      movePurchase(exchange, market)
    },
    'POST /clock': (exchange) => {
      const fields = fieldsOf(exchange)
      fields.allowOnly(['advanceMs'])
      const ms = fields.whole('advanceMs', 0, 3650 * dayMs)
      if (ms === undefined) throw new InputFault('advanceMs: say by how many milliseconds, e.g. {"advanceMs": 60000}')
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

function movePurchase(exchange: Exchange, market: Market): void {
  const { request, response, id } = exchange
  const purchase = market.find(id)
  if (purchase === undefined) {
    sendJson(response, 404, { error: `There is no purchase ${id}; GET /purchases lists those that there are.` })
    return
  }
  const fields = fieldsOf(exchange)
  fields.allowOnly(['event', 'times', 'delayMs', 'shuffle', 'lost', 'endTime', 'autoRenewal', 'notice'])
  const event = fields.oneOf('event', moveNames)
  if (event === undefined) throw new InputFault(`event: send one of ${moveNames.join(', ')}`)
  const how = {
    times: fields.whole('times', 1, 100),
    delayMs: fields.whole('delayMs', 0, 30 * dayMs),
    shuffle: fields.flag('shuffle'),
    lost: fields.flag('lost'),
    endTime: fields.instant('endTime'),
    autoRenewal: fields.flag('autoRenewal'),
    notice: fields.oneOf('notice', noticeNames),
  }
  if (event !== 'amend' && (how.endTime !== undefined || how.autoRenewal !== undefined)) {
    throw new InputFault('endTime and autoRenewal: send them with the event amend only')
  }
  if (event !== 'notice' && how.notice !== undefined) {
    throw new InputFault('notice: send it with the event notice only')
  }
  const refusal = market.refusal(purchase, event)
  if (refusal !== null) {
    sendJson(response, 409, { error: refusal })
    return
  }
  const { events, successor } = market.move(purchase, event, how)
  if (wantsPage(request)) seeOther(response, `/purchases#${id}`)
  else sendJson(response, 200, { purchase: viewOf(purchase), successor: successor && viewOf(successor), events })
}

/** As a receiver answers; with `?status=` as one that is in trouble. */
function answerWebhook(response: ServerResponse, taken: boolean, status: string | null): void {
  if (status !== null) {
    if (!/^[2-5]\d\d$/.test(status)) throw new InputFault('status: say an HTTP status, e.g. ?status=503')
    sendJson(response, Number(status), { error: 'The simulator was asked to answer so.' })
  } else if (taken) response.writeHead(204).end()
  else
    sendJson(response, 401, {
      error: 'The signature is not right for the secret that the simulator was given (WEBHOOK_SECRET).',
    })
}

function fieldsOf({ request, body }: Exchange): Fields {
  return readFields(request.headers['content-type'], body.toString())
}

function viewOf(purchase: Purchase): object {
  const { id, scenario, state, awsAccountId, licenseArn, agreementId, previousAgreementId } = purchase
  const { productCode, productId, customerIdentifier } = purchase
  const ids = { awsAccountId, licenseArn, agreementId, previousAgreementId, productCode, productId, customerIdentifier }
  return { id, scenario, state, ...ids }
}
