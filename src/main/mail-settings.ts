import type { Config } from '../config/config.ts'
import { mailDeadlineMs } from '../delivery/smtp.ts'
import type { ReceiverSettings } from '../delivery/receivers.ts'

/** Loads the AWS client for mail only if MAIL_URL is Amazon SES. */
export async function mailSettings({ mail, products, marketplace }: Config): Promise<ReceiverSettings['mail']> {
  if (mail === null) return null
  const { transport, from } = mail
  const content = { from, products, region: marketplace.region }
  if (transport.kind === 'smtp') return { transport, ...content }
  const { createSes } = await import('../aws/ses.ts')
  return { transport: createSes({ region: transport.region, deadlineMs: mailDeadlineMs }), ...content }
}
