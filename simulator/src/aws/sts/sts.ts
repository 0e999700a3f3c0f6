import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { send } from '../../http/answers.ts'
import { authenticate } from '../authentication.ts'
import { AwsError, constraintError } from '../aws-error.ts'
import { escapeXml } from '../wire/query.ts'
import { regions } from '../regions.ts'
import { boundedMap } from '../../bounded-map.ts'
import { randomId } from '../../tokens/customer.ts'
import type { Caller } from '../signature.ts'
import { type StsAnswer, stsError, stsResult } from './answers.ts'
import { readWebIdentity } from './web-identity.ts'

type Principal = { readonly arn: string; readonly account: string; readonly roleArn: string | null }

const user: Principal = { arn: 'arn:aws:iam::111122223333:user/landing', account: '111122223333', roleArn: null }

export const stsActions = ['AssumeRole', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity']

/**
 * AWS STS, for a role in the seller account. A role whose name contains `not-assumable` is denied,
 * and one with `needs-external-id` is denied without an external id.
 */
export function createSts(log: (line: string) => void) {
  const assumed = boundedMap<string, Principal>(10_000)

  function assume(action: string, form: URLSearchParams, chained: boolean, more = ''): StsAnswer {
    const roleArn = form.get('RoleArn') ?? ''
    const [, partition, account, role] = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? []
    if (partition === undefined || account === undefined || role === undefined) {
      throw new AwsError({ name: 'ValidationError', message: `${roleArn} is invalid` })
    }
    const session = sessionIn(form)
    const seconds = durationIn(form, chained)
    const lacksExternalId = roleArn.includes('needs-external-id') && !form.get('ExternalId')
    if (roleArn.includes('not-assumable') || lacksExternalId) throw denied(action, roleArn)
    const arn = `arn:${partition}:sts::${account}:assumed-role/${role}/${session}`
    const accessKeyId = 'ASIA' + randomId(16).toUpperCase()
    assumed.set(accessKeyId, { arn, account, roleArn })
    return stsResult(action, credentials(accessKeyId, seconds) + assumedRole(arn, session) + more)
  }

  function withWebIdentity(form: URLSearchParams): StsAnswer {
    const { subject, issuer, audience } = readWebIdentity(form.get('WebIdentityToken') ?? '')
    const more =
      `<SubjectFromWebIdentityToken>${escapeXml(subject)}</SubjectFromWebIdentityToken>` +
      `<Provider>${escapeXml(issuer)}</Provider><Audience>${escapeXml(audience)}</Audience>`
    return assume('AssumeRoleWithWebIdentity', form, false, more)
  }

  function identity(accessKeyId: string): StsAnswer {
    const { arn, account } = assumed.get(accessKeyId) ?? user
    const result = `<Arn>${escapeXml(arn)}</Arn><UserId>SIMULATED</UserId><Account>${account}</Account>`
    return stsResult('GetCallerIdentity', result)
  }

  function answer(request: IncomingMessage, form: URLSearchParams): StsAnswer {
    const action = form.get('Action')
    // It is not signed: the web identity token identifies the caller.
    if (action === 'AssumeRoleWithWebIdentity') return withWebIdentity(form)
    const caller: Caller = authenticate(request, { signingName: 'sts', regions: regions.everywhere })
    if (action === 'AssumeRole') return assume(action, form, assumed.get(caller.accessKeyId) !== undefined)
    if (action === 'GetCallerIdentity') return identity(caller.accessKeyId)
    const message = `Could not find operation ${action ?? ''} for version 2011-06-15`
    throw new AwsError({ name: 'InvalidAction', message })
  }

  function answerOrError(request: IncomingMessage, form: URLSearchParams): StsAnswer {
    try {
      return answer(request, form)
    } catch (error) {
      if (error instanceof AwsError) return stsError(error.status, error.queryCode, error.message)
      throw error
    }
  }

  return {
    /** The role whose temporary credentials have this id, when they were issued here. */
    roleOf: (accessKeyId: string): string | null => assumed.get(accessKeyId)?.roleArn ?? null,
    handle: (request: IncomingMessage, response: ServerResponse, body: string): void => {
      const form = new URLSearchParams(body)
      const { status, xml, requestId } = answerOrError(request, form)
      log(`STS ${form.get('Action') ?? 'without an action'}: ${status.toString()}`)
      response.setHeader('x-amzn-RequestId', requestId)
      send(response, status, { contentType: 'text/xml', text: xml })
    },
  }
}

function sessionIn(form: URLSearchParams): string {
  const session = form.get('RoleSessionName') ?? ''
  if (/^[\w+=,.@-]{2,64}$/.test(session)) return session
  throw constraintError(
    'roleSessionName',
    `Value '${session}'`,
    'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
  )
}

function durationIn(form: URLSearchParams, chained: boolean): number {
  const text = form.get('DurationSeconds')
  if (text === null) return 3600
  const seconds = Number(text)
  if (!/^\d+$/.test(text) || seconds < 900) {
    const constraint = 'Member must have value greater than or equal to 900'
    throw constraintError('durationSeconds', `Value '${text}'`, constraint)
  }
  if (seconds > 43_200) {
    const constraint = 'Member must have value less than or equal to 43200'
    throw constraintError('durationSeconds', `Value '${text}'`, constraint)
  }
  if (chained && seconds > 3600) {
    const message = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
    throw new AwsError({ name: 'ValidationError', message })
  }
  return seconds
}

function denied(action: string, roleArn: string): AwsError {
  const message =
    action === 'AssumeRole'
      ? `User: ${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`
      : `Not authorized to perform sts:${action}`
  return new AwsError({ status: 403, name: 'AccessDenied', message })
}

function credentials(accessKeyId: string, seconds: number): string {
  return `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId>
<SecretAccessKey>${randomBytes(30).toString('base64')}</SecretAccessKey>
<SessionToken>${randomBytes(150).toString('base64')}</SessionToken>
<Expiration>${new Date(Date.now() + seconds * 1000).toISOString()}</Expiration></Credentials>`
}

function assumedRole(arn: string, session: string): string {
  const id = `AROA${randomId(17).toUpperCase()}:${escapeXml(session)}`
  return `<AssumedRoleUser><AssumedRoleId>${id}</AssumedRoleId><Arn>${escapeXml(arn)}</Arn></AssumedRoleUser>`
}
