import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { resolveCustomerTarget } from '../aws/metering/resolve-customer.ts'
import { callerOf } from '../aws/signature.ts'
import { stsActions } from '../aws/sts/sts.ts'
import { sendJson } from './answers.ts'
import { createRouter, type Exchange, type Routes } from './router.ts'

type Deps = {
  readonly resolveCustomer: (request: IncomingMessage, response: ServerResponse, sent: Sent) => void
  readonly sts: (request: IncomingMessage, response: ServerResponse, body: string) => void
  /** Every other call of AWS. */
  readonly endpoint: (request: IncomingMessage, response: ServerResponse, body: Buffer) => Promise<void>
  readonly routes: Routes
  readonly log: (line: string) => void
}

type Sent = { readonly body: string; readonly at: number }

const otherAwsPaths = /^\/(?:\d{12}\/[^/]+|service\/[^/]+\/operation\/[^/]+|v2\/email\/.+)\/?$/

/** Every address of the simulator. All AWS services are at `/`; some protocols add to the path. */
export function createListener({ resolveCustomer, sts, endpoint, routes, log }: Deps): RequestListener {
  async function callAws({ request, response, body, at }: Exchange): Promise<void> {
    if (request.headers['x-amz-target'] === resolveCustomerTarget) {
      resolveCustomer(request, response, { body: body.toString(), at })
    } else if (isForSts(request, body)) sts(request, response, body.toString())
    else await endpoint(request, response, body)
  }

  return createRouter(
    { ...routes, 'POST /': callAws },
    async (exchange) => {
      const path = (exchange.request.url ?? '/').replace(/\?.*$/s, '')
      if (otherAwsPaths.test(path)) await callAws(exchange)
      else sendJson(exchange.response, 404, { error: `There is nothing at ${path}.` })
    },
    log,
  )
}

// SQS uses the Query protocol, too.
function isForSts(request: IncomingMessage, body: Buffer): boolean {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return false
  const action = new URLSearchParams(body.toString()).get('Action')
  return callerOf(request)?.service === 'sts' || (action !== null && stsActions.includes(action)) || action === null
}
