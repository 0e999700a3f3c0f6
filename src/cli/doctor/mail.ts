import type { Config } from '../../config/config.ts'
import { verifySmtp } from '../../delivery/mail.ts'
import { failed, ok, skipped, type Check } from './check.ts'
import { checkSes } from './ses.ts'

const name = 'mail'

/** Reaches the mail server or Amazon SES and signs in. No mail is sent. */
export async function checkMail(mail: Config['mail']): Promise<Check> {
  if (mail === null) return skipped(name, 'MAIL_URL is not set: nobody is told by mail')
  const { transport } = mail
  if (transport.kind === 'ses') return checkSes(transport.region)
  const server = `${transport.host}:${String(transport.port)}`
  const reason = await verifySmtp(transport)
  if (reason === null) return ok(name, `${server} lets us in`)
  return failed(name, `${server}: ${reason}`, hint(reason))
}

function hint(reason: string): string {
  if (/^SMTP 5\d\d after AUTH/.test(reason))
    return 'User or password in MAIL_URL is wrong; characters such as @ : / in them are percent-encoded.'
  return 'Check host and port in MAIL_URL and the way there; what each reason means: docs/operations.md, "Dead deliveries".'
}
