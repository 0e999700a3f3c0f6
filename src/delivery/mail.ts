import { domainToASCII } from 'node:url'
import { createTransport, type SendMailOptions, type SESTransportOptions } from 'nodemailer'
import { z } from 'zod'
import type { Attempt, Send } from '../domain/delivery.ts'
import { mailBody } from './mail-body.ts'
import { reasonOf } from './reason.ts'
import { createSmtp, mailDeadlineMs, takesUtf8, type Smtp } from './smtp.ts'

export type Ses = { readonly kind: 'ses' } & SESTransportOptions['SES']

/** One address and nothing else: no display name, no group, no second address, no line break. */
const oneAddress = /^([^\s\p{Cc}@",;:<>()[\]\\]+)@([^\s\p{Cc}@",;:<>()[\]\\]+)$/u

/** Sends mails over SMTP or Amazon SES. */
export function createMail(transport: Smtp | Ses): Send {
  const { deliver, reaches } = transport.kind === 'ses' ? overSes(transport) : overSmtp(transport)
  return async ({ id, recipient, body }) => {
    const address = addressOf(recipient)
    if (address === null) return { outcome: 'refused', reason: 'not one mail address' }
    try {
      if (!(await reaches(address))) return { outcome: 'refused', reason: 'mailbox not ASCII, no SMTPUTF8' }
      const { from, replyTo, ...content } = mailBody.parse(JSON.parse(body))
      await deliver({
        ...content,
        from,
        to: { address },
        ...(replyTo === null ? {} : { replyTo: { address: replyTo } }),
        // The same in every attempt, so that a mail program can recognize a duplicate. SES replaces it.
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

/** The address with an ASCII domain, which every mail server accepts. Null for anything but one address. */
function addressOf(recipient: string | null): string | null {
  const [, mailbox, domain] = oneAddress.exec(recipient ?? '') ?? []
  const ascii = domainToASCII(domain ?? '')
  return mailbox === undefined || ascii === '' ? null : `${mailbox}@${ascii}`
}

type Route = {
  readonly deliver: (mail: SendMailOptions) => Promise<unknown>
  /** True if mail can be sent to this address. */
  readonly reaches: (address: string) => Promise<boolean>
}

/** Amazon SES accepts only 7-bit addresses. */
function overSes({ sesClient, SendEmailCommand }: Ses): Route {
  const transporter = createTransport({ SES: { sesClient, SendEmailCommand } })
  return {
    deliver: (mail) => transporter.sendMail(mail),
    reaches: (address) => Promise.resolve(isAscii(address)),
  }
}

function overSmtp(smtp: Smtp): Route {
  const transporter = createSmtp(smtp)
  return {
    deliver: (mail) => transporter.sendMail(mail),
    reaches: (address) => (isAscii(address) ? Promise.resolve(true) : takesUtf8(smtp)),
  }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** Connects to the mail server and signs in without sending a mail. Resolves with the reason of a failure, or with null. */
export async function verifySmtp(smtp: Smtp): Promise<string | null> {
  try {
    await createSmtp(smtp).verify()
    return null
  } catch (error) {
    const attempt = attemptOf(error)
    return attempt.outcome === 'sent' ? null : attempt.reason
  }
}

/** The fields of a nodemailer error other than the message, which may contain an address. */
const answered = z.object({ responseCode: z.number(), command: z.string(), response: z.string().catch('') })

/** An error of the SDK has an HTTP status only if there was a response. */
const answeredBySes = z.object({
  cause: z.object({ name: z.string().regex(/^\w+$/), $metadata: z.object({ httpStatusCode: z.number() }) }),
})

function attemptOf(error: unknown): Attempt {
  const answer = answered.safeParse(error).data
  const ses = answeredBySes.safeParse(error).data
  if (answer === undefined) {
    const reason = ses === undefined ? reasonOf(error) : `SES ${ses.cause.name}`
    return { outcome: 'failed', reason, retryAfterMs: null }
  }
  const { responseCode, command, response } = answer
  const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? []
  const code = `${String(responseCode)}${enhanced === undefined ? '' : ` ${enhanced}`}`
  const reason = `SMTP ${code} after ${command}`
  // A wrong recipient stays wrong. Other failures (sender, password, content) can be fixed.
  const isRejected = command === 'RCPT TO' && isUnknownMailbox(responseCode, enhanced)
  return isRejected ? { outcome: 'refused', reason } : { outcome: 'failed', reason, retryAfterMs: null }
}

/**
 * Enhanced status codes (RFC 3463) distinguish an unknown mailbox (5.1.1) from a full one (5.2.2) and a policy (5.7.1). Without
 * one, the reply code decides.
 */
function isUnknownMailbox(replyCode: number, enhanced: string | undefined): boolean {
  if (replyCode < 500) return false
  return enhanced === undefined ? [550, 551, 553].includes(replyCode) : enhanced.startsWith('5.1.')
}
