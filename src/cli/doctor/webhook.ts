import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import type { Config } from '../../config/config.ts'
import { failed, ok, skipped, type Check } from './check.ts'

const name = 'webhook'
const deadlineMs = 5_000

/** Reaches the host of WEBHOOK_URL, TLS included. Nothing is sent: `npm run deliveries -- --test` does that. */
export async function checkWebhook(webhook: Config['webhook']): Promise<Check> {
  if (webhook === null) return skipped(name, 'WEBHOOK_URL is not set: nobody is told by webhook')
  const { host, hostname, port, protocol } = new URL(webhook.url)
  const secure = protocol === 'https:'
  const address = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (secure ? 443 : 80) }
  const socket = secure ? connectTls({ ...address, servername: serverName(address.host) }) : connectPlain(address)
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(deadlineMs) })
    return ok(name, `${host} is reached${described(socket)}`)
  } catch (error) {
    const code = codeOf(error)
    return failed(name, `${host}: ${code}`, hints[code] ?? certificateHint(code) ?? unreachable)
  } finally {
    socket.destroy()
  }
}

/** An address has no name to ask for. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host
}

function described(socket: Socket): string {
  if (!(socket instanceof TLSSocket)) return ', without TLS'
  return `, ${socket.getProtocol() ?? 'TLS'}, its certificate is good until ${socket.getPeerCertificate().valid_to}`
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (error.name === 'AbortError') return 'no answer in time'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

const unreachable = 'Let this network reach it: DNS, a route (NAT gateway), security groups.'

const hints: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The host in WEBHOOK_URL is not known to DNS: correct it.',
  ECONNREFUSED: 'Nothing listens there: start the receiver, or correct WEBHOOK_URL.',
}

function certificateHint(code: string): string | null {
  if (!/CERT|SIGNATURE|SSL|TLS|EPROTO/.test(code)) return null
  return 'Its TLS is not to be trusted, so nothing is delivered: renew the certificate, send the whole chain, or name the host as the certificate does. For an authority of your own: NODE_EXTRA_CA_CERTS.'
}
