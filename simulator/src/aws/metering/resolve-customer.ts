import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendOutcome } from '../../http/answers.ts'
import type { CallLog } from './calls.ts'
import { registrationToken } from './registration-token.ts'
import type { Outcome } from './redeem.ts'
import { callerOf } from '../signature.ts'
import type { Grant } from '../../tokens/tokens.ts'

type Deps = {
  readonly calls: CallLog
  readonly findGrant: (token: string) => Grant
  readonly redeem: (grant: Grant) => Outcome
  readonly roleOf: (accessKeyId: string) => string | null
  readonly log: (line: string) => void
}

/** ResolveCustomer, with all that can go wrong on its way. */
export function createMetering({ calls, findGrant, redeem, roleOf, log }: Deps) {
  function redeemToken(token: string): [Grant, Outcome] {
    const grant = findGrant(token)
    return [grant, redeem(grant)]
  }

  return (request: IncomingMessage, response: ServerResponse, body: string, at: number): void => {
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
