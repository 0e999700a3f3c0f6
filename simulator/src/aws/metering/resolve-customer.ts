import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { send } from '../../http/answers.ts'
import type { Grant } from '../../tokens/grant.ts'
import { callerOf } from '../signature.ts'
import type { CallLog } from './calls.ts'
import type { Outcome } from './redeem.ts'
import { registrationToken } from './registration-token.ts'

type Deps = {
  readonly calls: CallLog
  readonly findGrant: (token: string) => Grant
  readonly redeem: (grant: Grant) => Outcome
  readonly roleOf: (accessKeyId: string) => string | null
  readonly log: (line: string) => void
}

export const resolveCustomerTarget = 'AWSMPMeteringService.ResolveCustomer'

/** ResolveCustomer, with every failure that a scenario can simulate. */
export function createResolveCustomer({ calls, findGrant, redeem, roleOf, log }: Deps) {
  function redeemToken(token: string): readonly [Grant, Outcome] {
    const grant = findGrant(token)
    return [grant, redeem(grant)]
  }

  return (request: IncomingMessage, response: ServerResponse, { body, at }: { body: string; at: number }): void => {
    const requestId = randomUUID()
    const caller = callerOf(request)
    const token = registrationToken(request, body)
    const [grant, outcome] = typeof token === 'string' ? redeemToken(token) : [null, token]

    const call = {
      at,
      requestId,
      token: typeof token === 'string' ? token : null,
      scenario: grant?.scenario ?? null,
      outcome: nameOf(outcome),
      accessKeyId: caller?.accessKeyId ?? null,
      region: caller?.region ?? null,
      hasSessionToken: caller?.hasSessionToken ?? false,
      assumedRoleArn: caller === null ? null : roleOf(caller.accessKeyId),
    }
    calls.add(call)
    log(`ResolveCustomer ${call.scenario ?? 'refused'}: ${call.outcome} (${call.accessKeyId ?? 'not signed'})`)
    const latencyMs = grant?.latencyMs ?? 0
    if (latencyMs === 0) sendOutcome(response, outcome, requestId)
    else setTimeout(sendOutcome, latencyMs, response, outcome, requestId).unref()
  }
}

function nameOf(outcome: Outcome): string {
  return outcome.kind === 'failure' ? outcome.type.slice(outcome.type.indexOf('#') + 1) : outcome.kind
}

const badGateway =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'

/** Sends AWS JSON 1.1, or simulates a broken response. */
function sendOutcome(response: ServerResponse, outcome: Outcome, requestId: string): void {
  switch (outcome.kind) {
    case 'hang':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'html':
      send(response, 502, { contentType: 'text/html', text: badGateway })
      return
    case 'failure':
      sendAwsJson(response, outcome.status, { requestId, body: { __type: outcome.type, ...outcome.body } })
      return
    case 'customer':
    case 'empty':
      sendAwsJson(response, 200, { requestId, body: outcome.body })
  }
}

type AwsJson = { readonly requestId: string; readonly body: object }

function sendAwsJson(response: ServerResponse, status: number, { requestId, body }: AwsJson): void {
  response.setHeader('x-amzn-RequestId', requestId)
  send(response, status, { contentType: 'application/x-amz-json-1.1', text: JSON.stringify(body) })
}
