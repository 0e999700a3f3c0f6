import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createTransport } from 'nodemailer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { MailTransport } from '../config/mail-url.ts'
import { addressTimeoutMs, connectTimeoutMs } from '../outgoing.ts'

export type Smtp = Extract<MailTransport, { readonly kind: 'smtp' }> & {
  /** The name in EHLO. Some relays do not accept an IP address. */
  readonly name: string
}

/** The limit for one mail, from the connection to the last response. */
export const mailDeadlineMs = 15_000
/** The longest response to one command, in bytes. */
const longestAnswer = 64 * 1024

/** Sends over SMTP, with one connection for each mail. */
export function createSmtp(smtp: Smtp) {
  return createTransport({
    ...optionsOf(smtp),
    ...(smtp.auth === null ? {} : { auth: { ...smtp.auth } }),
    getSocket: (_options, callback) => {
      open(smtp).then(
        (connection) => {
          callback(null, { connection, secured: smtp.tls === 'from-start' })
        },
        (error: unknown) => {
          callback(error instanceof Error ? error : new Error('no connection', { cause: error }), false)
        },
      )
    },
  })
}

/** True if the server accepts an address with a non-ASCII local part (RFC 6531). Rejects if the server cannot be reached. */
export async function takesUtf8(smtp: Smtp): Promise<boolean> {
  const secured = smtp.tls === 'from-start'
  const connection = new SMTPConnection({ ...optionsOf(smtp), connection: await open(smtp), secured })
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  connection.on('error', reject)
  connection.connect(() => {
    // The response to EHLO, one extension per line.
    resolve(/^250[ -]SMTPUTF8\b/im.test(String(connection.lastServerResponse)))
  })
  try {
    return await promise
  } finally {
    connection.quit()
  }
}

function optionsOf({ host, port, name, tls }: Smtp) {
  return {
    host,
    port,
    name,
    secure: tls === 'from-start',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    // A mail server on this machine often has a self-signed certificate, and no network is involved.
    ...(tls === 'optional' ? { tls: { rejectUnauthorized: false } } : {}),
    connectionTimeout: mailDeadlineMs,
    greetingTimeout: mailDeadlineMs,
    socketTimeout: mailDeadlineMs,
    maxResponseSize: longestAnswer,
  }
}

/** Nodemailer would limit each address of a host with both address families to 250 ms. */
async function open({ host, port, tls }: Smtp): Promise<Socket> {
  const address = { host, port, autoSelectFamilyAttemptTimeout: addressTimeoutMs }
  const isSecure = tls === 'from-start'
  const socket = isSecure ? connectTls({ ...address, servername: isIP(host) === 0 ? host : '' }) : connect(address)
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(connectTimeoutMs) })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
