import { reasonOf } from '../../delivery/reason.ts'
import { networkFailure } from '../../domain/network-failure.ts'
import { examineProvider, type Examination } from '../../oidc/examine.ts'
import { failed, ok, skipped, warning, type Finding } from './finding.ts'
import { receiverFix } from './receiver-fix.ts'
import type { Setup } from './setup.ts'

const callDeadlineMs = 5_000

/** Reads the provider's discovery document and tests the client. Signs nobody in. */
export async function checkConsole({ config }: Pick<Setup, 'config'>): Promise<Finding> {
  const { console: access, origin } = config
  if (access === null) return skipped('CONSOLE_OIDC_ISSUER is not set: there is no console')
  if (access.kind === 'open') return ok('open without sign-in, on this machine only')
  const redirectUri = `${origin}/console/callback`
  const examination = await examineProvider({ ...access, redirectUri, callDeadlineMs })
  if (examination.outcome !== 'usable') return findingOf(access.issuer, examination)
  const found = `${access.issuer} accepts the client; register ${redirectUri} there`
  return access.issuer === google && access.allow === 'everybody' ? warning(found, anyGoogleAccount) : ok(found)
}

const google = 'https://accounts.google.com'
const anyGoogleAccount =
  'Make the app internal in the Google Cloud console, or set CONSOLE_ALLOW to your domain: * admits every Google account to an external app.'

const clientFix =
  'Compare CONSOLE_OIDC_CLIENT_ID and CONSOLE_OIDC_CLIENT_SECRET with the client at the provider; a secret there may have expired.'

function findingOf(issuer: string, examination: Exclude<Examination, { outcome: 'usable' }>): Finding {
  switch (examination.outcome) {
    case 'lacking':
      return failed(
        `${issuer} lacks: ${examination.parts.join(', ')}`,
        'Use an issuer that offers OpenID Connect with the authorization code flow, PKCE and signing keys.',
      )
    case 'other-issuer':
      return failed(
        `the discovery document of ${issuer} is that of another issuer`,
        `Set CONSOLE_OIDC_ISSUER to ${examination.issuer}, exactly as written there, if that is your provider.`,
      )
    case 'client-rejected':
      return failed(`${issuer} does not accept the client`, clientFix)
    case 'keys-unread':
      return unreachable(new URL(examination.address).host, examination.cause)
    case 'failed':
      return unreachable(issuer, examination.cause)
  }
}

function unreachable(where: string, cause: unknown): Finding {
  const reason = reasonOf(cause)
  const fix = receiverFix(reason, 'CONSOLE_OIDC_ISSUER')
  if (networkFailure(cause) !== null && fix !== null) return failed(`${where}: ${reason}`, fix)
  return failed(
    `${where} gives no usable answer`,
    'Correct CONSOLE_OIDC_ISSUER: CONSOLE_OIDC_ISSUER/.well-known/openid-configuration must be a document that a browser can open.',
  )
}
