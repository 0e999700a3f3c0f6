import { verifySmtp } from '../../delivery/mail.ts'
import { failed, ok, warning, type Finding } from './finding.ts'
import { receiverFix } from './receiver-fix.ts'
import { checkSes } from './ses.ts'
import type { Setup } from './setup.ts'

/** Connects to the mail server or Amazon SES and signs in. Sends no mail. */
export async function checkMail({ config: { mail } }: Pick<Setup, 'config'>): Promise<Finding> {
  if (mail === null) return warning('MAIL_URL is not set: buyers get no confirmation', withoutMail)
  const { transport } = mail
  if (transport.kind === 'ses') return checkSes(transport.region)
  const server = `${transport.host}:${String(transport.port)}`
  const reason = await verifySmtp(transport)
  if (reason !== null) return failed(`${server}: ${reason}`, fix(reason))
  const found = `${server} ${transport.auth === null ? 'answers' : 'accepts the user and password'}`
  return transport.tls === 'none' ? warning(`${found}, without TLS`, withoutTls) : ok(found)
}

const withoutMail =
  'Set MAIL_URL and MAIL_FROM. Without them, write to each buyer yourself: AWS requires a notice when the account is ready.'
const withoutTls =
  'Remove ?tls=none from MAIL_URL if the server offers TLS: mail crosses the network without encryption.'

function fix(reason: string): string {
  if (/^SMTP 5\d\d.* after AUTH/.test(reason))
    return 'Correct the user or password in MAIL_URL; percent-encode characters such as @ : / in them.'
  return receiverFix(reason, 'MAIL_URL') ?? 'Look the reason up in docs/notifications.md, and correct MAIL_URL.'
}
