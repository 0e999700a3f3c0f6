import { createTransport, type SendMailOptions, type SESTransportOptions } from 'nodemailer'
import { z } from 'zod'
import type { MailTransport } from '../config/mail-url.ts'
import type { Attempt, Send } from '../domain/delivery.ts'
import { mailBody } from './mail-body.ts'
import { reasonOf } from './reason.ts'

export type Smtp = Extract<MailTransport, { readonly kind: 'smtp' }>
export type Ses = { readonly kind: 'ses' } & SESTransportOptions['SES']

/** For one mail, from the name of the server to its last answer. */
export const mailDeadlineMs = 15_000
/** Of the server's answer to one command, in bytes. */
const longestAnswer = 64 * 1024

/** One address and nothing else: no display name, no group, no second address, no line break. */
const oneAddress = /^[^\s\p{Cc}@",;:<>()[\]\\]+@[^\s\p{Cc}@",;:<>()[\]\\]+$/u

/** Sends mails over SMTP or Amazon SES. */
export function createMail(transport: Smtp | Ses): Send {
  const deliver = transport.kind === 'ses' ? overSes(transport) : overSmtp(transport)
  return async ({ id, recipient, body }) => {
    if (recipient === null || !oneAddress.test(recipient)) return { outcome: 'refused', reason: 'not one mail address' }
    try {
      const { from, replyTo, ...content } = mailBody.parse(JSON.parse(body))
      await deliver({
        ...content,
        from,
        to: { address: recipient },
        ...(replyTo === null ? {} : { replyTo: { address: replyTo } }),
        // The same in every attempt, so that a mail program may know a second copy. SES replaces it.
        messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(mailDeadlineMs),
      })
      return { outcome: 'sent' }
    } catch (error) {
      return attemptOf(error)
    }
  }
}

type Deliver = (mail: SendMailOptions) => Promise<unknown>

function overSes({ sesClient, SendEmailCommand }: Ses): Deliver {
  const transporter = createTransport({ SES: { sesClient, SendEmailCommand } })
  return (mail) => transporter.sendMail(mail)
}

function overSmtp(smtp: Smtp): Deliver {
  const transporter = createSmtp(smtp)
  return (mail) => transporter.sendMail(mail)
}

/** Reaches the mail server and signs in, without a mail. Resolves with why that failed, or with null. */
export async function verifySmtp(smtp: Smtp): Promise<string | null> {
  try {
    await createSmtp(smtp).verify()
    return null
  } catch (error) {
    const attempt = attemptOf(error)
    return attempt.outcome === 'sent' ? null : attempt.reason
  }
}

function createSmtp({ host, port, tls, auth }: Smtp) {
  return createTransport({
    host,
    port,
    secure: tls === 'from-start',
    requireTLS: tls === 'required',
    // A mail server on this machine often has a certificate that nobody signed, and nobody is in between.
    ...(tls === 'optional' ? { tls: { rejectUnauthorized: false } } : {}),
    ...(auth === null ? {} : { auth: { ...auth } }),
    dnsTimeout: mailDeadlineMs,
    connectionTimeout: mailDeadlineMs,
    greetingTimeout: mailDeadlineMs,
    socketTimeout: mailDeadlineMs,
    maxResponseSize: longestAnswer,
  })
}

/** What nodemailer says beside the message, which may have an address in it. */
const serverAnswer = z.object({ responseCode: z.number(), command: z.string() })
const socketFailure = z.object({ originalCode: z.string() })

function attemptOf(error: unknown): Attempt {
  const answer = serverAnswer.safeParse(error).data
  if (answer === undefined) {
    const reason = socketFailure.safeParse(error).data?.originalCode ?? reasonOf(error)
    return { outcome: 'failed', reason, retryAfterMs: null }
  }
  const { responseCode, command } = answer
  const reason = `SMTP ${String(responseCode)} after ${command}`
  // What the server says of the sender, the password or the content may be mended; an address stays wrong.
  const isRefused = command === 'RCPT TO' && responseCode >= 500
  return isRefused ? { outcome: 'refused', reason } : { outcome: 'failed', reason, retryAfterMs: null }
}
