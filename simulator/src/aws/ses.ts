import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Inbox, Mail } from '../mail/inbox.ts'
import { parseMail } from '../mail/mime.ts'
import { AwsError } from './aws-error.ts'
import { type Input, objectIn, objectsIn, textIn, textsIn } from './wire/input.ts'
import { regions } from './regions.ts'
import type { Service } from './service.ts'

type Content = Omit<Mail, 'receivedAt' | 'recipients'>

/** SES v2, for sending. A sender whose address contains `not-verified` is rejected. */
export function createSes(inbox: Inbox, clock: Clock): Service {
  return {
    signingName: 'ses',
    regions: regions.everywhere,
    namespace: 'com.amazonaws.sesv2',
    operations: {
      SendEmail: (input, { caller }) => {
        const recipients = recipientsOf(input)
        const mail = contentOf(input, recipients)
        if (recipients.length === 0 && mail.to === '') throw bad('Missing final destination.')
        const sender = textIn(input, 'FromEmailAddress') ?? mail.from
        if (sender === '') throw bad('Missing source.')
        if (sender.includes('not-verified')) throw notVerified(sender, caller.region)
        const to = recipients.length === 0 ? addressesIn(mail.headers) : recipients
        for (const address of to) checkAddress(address)
        inbox.add({ ...mail, receivedAt: new Date(clock.now()).toISOString(), recipients: to })
        return { MessageId: `0100${randomUUID()}-000000` }
      },
      GetAccount: () => ({
        SendingEnabled: true,
        ProductionAccessEnabled: true,
        EnforcementStatus: 'HEALTHY',
        SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: inbox.list().length },
      }),
    },
  }
}

function recipientsOf(input: Input): readonly string[] {
  const destination = objectIn(input, 'Destination') ?? {}
  return ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap((name) => textsIn(destination, name) ?? [])
}

function contentOf(input: Input, recipients: readonly string[]): Content {
  const content = objectIn(input, 'Content') ?? {}
  const raw = objectIn(content, 'Raw')
  if (raw !== null) return rawContent(textIn(raw, 'Data') ?? '', input, recipients)
  const simple = objectIn(content, 'Simple')
  if (simple === null) throw bad('Content must be Raw or Simple; the simulator has no templates.')
  const body = objectIn(simple, 'Body') ?? {}
  const replyTo = textsIn(input, 'ReplyToAddresses') ?? []
  const extra = (objectsIn(simple, 'Headers') ?? []).map((header): [string, string] => [
    (textIn(header, 'Name') ?? '').toLowerCase(),
    textIn(header, 'Value') ?? '',
  ])
  return {
    from: textIn(input, 'FromEmailAddress') ?? '',
    to: recipients.join(', '),
    subject: dataIn(simple, 'Subject') ?? '',
    text: dataIn(body, 'Text'),
    html: dataIn(body, 'Html'),
    headers: { ...(replyTo.length > 0 && { 'reply-to': replyTo.join(', ') }), ...Object.fromEntries(extra) },
  }
}

function rawContent(data: string, input: Input, recipients: readonly string[]): Content {
  if (data === '') throw bad('The raw message is empty.')
  const { headers, text, html } = parseMail(Buffer.from(data, 'base64'))
  return {
    from: headers['from'] ?? textIn(input, 'FromEmailAddress') ?? '',
    to: headers['to'] ?? recipients.join(', '),
    subject: headers['subject'] ?? '',
    text,
    html,
    headers,
  }
}

function dataIn(input: Input, key: string): string | null {
  const part = objectIn(input, key)
  return part === null ? null : textIn(part, 'Data')
}

function addressesIn(headers: Readonly<Record<string, string>>): readonly string[] {
  const lines = ['to', 'cc', 'bcc'].map((name) => headers[name] ?? '').join(',')
  return [...lines.matchAll(/[^\s<>,"]+@[^\s<>,"]+/g)].map(([address]) => address)
}

/** SES has no SMTPUTF8: the part before the @ must be ASCII, and the domain too (Punycode). */
function checkAddress(text: string): void {
  const address = /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text
  const at = address.lastIndexOf('@')
  if (!/^[\x21-\x7e]*$/.test(address.slice(0, Math.max(at, 0))))
    throw bad('Local address contains control or whitespace')
  if (!/^[\x21-\x7e]*$/.test(address.slice(at + 1))) throw bad('Domain contains illegal character')
}

function bad(message: string): AwsError {
  return new AwsError({ name: 'BadRequestException', message })
}

function notVerified(sender: string, region: string): AwsError {
  const check = `The following identities failed the check in region ${region.toUpperCase()}: ${sender}`
  return new AwsError({ name: 'MessageRejected', message: `Email address is not verified. ${check}` })
}
