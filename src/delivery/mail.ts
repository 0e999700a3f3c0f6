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

/** With the domain as DNS spells it, which every mail server takes. Null for anything but one address. */
function addressOf(recipient: string | null): string | null {
  const [, mailbox, domain] = oneAddress.exec(recipient ?? '') ?? []
  const ascii = domainToASCII(domain ?? '')
  return mailbox === undefined || ascii === '' ? null : `${mailbox}@${ascii}`
}

type Route = {
  readonly deliver: (mail: SendMailOptions) => Promise<unknown>
  /** Whether mail can reach such an address at all. */
  readonly reaches: (address: string) => Promise<boolean>
}

/** Amazon SES takes 7-bit addresses only. */
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

/** Connects to the mail server and signs in, without a mail. Resolves with why that failed, or with null. */
export async function verifySmtp(smtp: Smtp): Promise<string | null> {
  try {
    await createSmtp(smtp).verify()
    return null
  } catch (error) {
    const attempt = attemptOf(error)
    return attempt.outcome === 'sent' ? null : attempt.reason
  }
}

/** What nodemailer has beside the message, which may have an address in it. */
const answered = z.object({ responseCode: z.number(), command: z.string(), response: z.string().catch('') })

/** The SDK's failure has the HTTP status of an answer only where there was one. */
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
  // An address stays wrong; what a server says of the sender, the password or the content can be fixed.
  const isRefused = command === 'RCPT TO' && isUnknownMailbox(responseCode, enhanced)
  return isRefused ? { outcome: 'refused', reason } : { outcome: 'failed', reason, retryAfterMs: null }
}

/**
 * Enhanced status codes (RFC 3463) tell an unknown mailbox (5.1.1) from a full one (5.2.2) and a policy (5.7.1). Without one, the
 * reply code has to do.
 */
function isUnknownMailbox(replyCode: number, enhanced: string | undefined): boolean {
  if (replyCode < 500) return false
  return enhanced === undefined ? [550, 551, 553].includes(replyCode) : enhanced.startsWith('5.1.')
}
