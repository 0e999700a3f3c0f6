import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificate.ts'

type ReceivedMail = {
  /** The recipients of the envelope. */
  readonly from: string
  readonly to: readonly string[]
  /** Over TLS. */
  readonly secure: boolean
  readonly user: unknown
  /** The client's name in EHLO. */
  readonly greeting: string
  /** True if the client used SMTPUTF8, for a non-ASCII address. */
  readonly smtpUtf8: boolean
  /** By lower-case names, unfolded. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly html: string
}

type MailServer = { readonly port: number; readonly mails: readonly ReceivedMail[] }

export const account = { user: 'landing', pass: 'p@ss:w/ord' }

/** A real SMTP server that accepts every recipient. Closed when the test ends. */
export async function startMailServer(
  options: SMTPServerOptions & { readonly certificate?: Certificate } = {},
  port = 0,
): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const { certificate, ...rest } = options
  const server = new SMTPServer({
    ...(certificate === undefined
      ? { disabledCommands: ['STARTTLS'], authOptional: true }
      : { key: certificate.key, cert: certificate.cert }),
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === account.user && password === account.pass) callback(null, { user: username })
      else callback(new Error('wrong password'))
    },
    onData: (stream, { envelope, secure, user, hostNameAppearsAs: greeting }, callback) => {
      void text(stream).then((raw) => {
        const { mailFrom, rcptTo, smtpUtf8 = false } = envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const to = rcptTo.map(({ address }) => address)
        mails.push({ from, to, secure, user: user as unknown, greeting, smtpUtf8, ...parsed(raw) })
        callback()
      })
    },
    ...rest,
  })
  server.on('error', () => undefined)
  await once(server.listen(port, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    for (const connection of server.connections) connection.close()
  })
  return { port: (server.server.address() as AddressInfo).port, mails }
}

/** The parts of a mail with text and HTML, in nodemailer's format. */
export function parsed(raw: string): Pick<ReceivedMail, 'headers' | 'text' | 'html'> {
  const headers = headersOf(raw)
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '') ?? []
  const parts = raw.split(`--${boundary}`).map((part) => part.trimStart())
  const part = (type: string) => {
    const found = parts.find((candidate) => headersOf(candidate)['content-type']?.startsWith(type)) ?? ''
    return decoded(found.slice(found.indexOf('\r\n\r\n') + 4), headersOf(found)['content-transfer-encoding'])
  }
  return { headers, text: part('text/plain'), html: part('text/html') }
}

function headersOf(source: string): Readonly<Record<string, string>> {
  const [head = ''] = source.split('\r\n\r\n', 1)
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
}

function decoded(body: string, encoding = '7bit'): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding !== 'quoted-printable') return body
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
