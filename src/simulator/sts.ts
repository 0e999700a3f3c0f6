import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendText } from './answers.ts'
import { boundedMap } from './bounded-map.ts'
import { randomId } from './customer.ts'
import { callerOf } from './signature.ts'
import { escapeXml, type StsAnswer, stsError, stsResult } from './sts-answers.ts'

type Principal = { readonly arn: string; readonly account: string; readonly roleArn: string | null }

const user: Principal = { arn: 'arn:aws:iam::111122223333:user/landing', account: '111122223333', roleArn: null }

/**
 * AWS STS as far as a role in the seller's account needs it. A role whose name holds `not-assumable` is refused, and one with
 * `needs-external-id` is refused without an external id.
 */
export function createSts(log: (line: string) => void) {
  const assumed = boundedMap<string, Principal>(10_000)

  function assumeRole(form: URLSearchParams): StsAnswer {
    const roleArn = form.get('RoleArn') ?? ''
    const [, partition, account, role] = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? []
    if (partition === undefined || account === undefined || role === undefined) {
      return stsError(400, 'ValidationError', `${roleArn} is invalid`)
    }
    const lacksExternalId = roleArn.includes('needs-external-id') && !form.get('ExternalId')
    if (roleArn.includes('not-assumable') || lacksExternalId) {
      const message = `User: ${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`
      return stsError(403, 'AccessDenied', message)
    }
    const session = form.get('RoleSessionName') ?? 'session'
    const arn = `arn:${partition}:sts::${account}:assumed-role/${role}/${session}`
    const accessKeyId = 'ASIA' + randomId(16).toUpperCase()
    assumed.set(accessKeyId, { arn, account, roleArn })
    return stsResult('AssumeRole', credentials(accessKeyId, form) + assumedRole(arn, session))
  }

  function identity(accessKeyId: string): StsAnswer {
    const { arn, account } = assumed.get(accessKeyId) ?? user
    const result = `<Arn>${escapeXml(arn)}</Arn><UserId>SIMULATED</UserId><Account>${account}</Account>`
    return stsResult('GetCallerIdentity', result)
  }

  function answer(request: IncomingMessage, form: URLSearchParams): StsAnswer {
    const caller = callerOf(request)
    if (caller === null) return stsError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
    if (caller.service !== 'sts') {
      return stsError(403, 'SignatureDoesNotMatch', "Credential should be scoped to correct service: 'sts'. ")
    }
    const action = form.get('Action')
    if (action === 'AssumeRole') return assumeRole(form)
    if (action === 'GetCallerIdentity') return identity(caller.accessKeyId)
    return stsError(400, 'InvalidAction', `Could not find operation ${action ?? ''} for version 2011-06-15`)
  }

  return {
    /** The role whose temporary credentials have this id, if we gave them. */
    roleOf: (accessKeyId: string): string | null => assumed.get(accessKeyId)?.roleArn ?? null,
    handle: (request: IncomingMessage, response: ServerResponse, body: string): void => {
      const form = new URLSearchParams(body)
      const { status, xml } = answer(request, form)
      log(`STS ${form.get('Action') ?? 'without an action'}: ${status.toString()}`)
      sendText(response, status, 'text/xml', xml)
    },
  }
}

function credentials(accessKeyId: string, form: URLSearchParams): string {
  const seconds = Number(form.get('DurationSeconds')) || 3600
  return `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId>
<SecretAccessKey>${randomBytes(30).toString('base64')}</SecretAccessKey>
<SessionToken>${randomBytes(150).toString('base64')}</SessionToken>
<Expiration>${new Date(Date.now() + seconds * 1000).toISOString()}</Expiration></Credentials>`
}

function assumedRole(arn: string, session: string): string {
  const id = `AROA${randomId(17).toUpperCase()}:${escapeXml(session)}`
  return `<AssumedRoleUser><AssumedRoleId>${id}</AssumedRoleId><Arn>${escapeXml(arn)}</Arn></AssumedRoleUser>`
}
