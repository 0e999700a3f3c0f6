import { isLoopback } from '../domain/loopback.ts'
import { isPrivate } from './urls.ts'

export type MailTransport =
  | { readonly kind: 'ses'; readonly region: string }
  | {
      readonly kind: 'smtp'
      /** A host name or an address; IPv6 without brackets. */
      readonly host: string
      readonly port: number
      /**
       * `from-start`: TLS from the first byte. `required`: STARTTLS. `optional`: STARTTLS with any certificate if the server on this
       * machine offers it. `none`: a private relay without TLS.
       */
      readonly tls: 'from-start' | 'required' | 'optional' | 'none'
      readonly auth: { readonly user: string; readonly pass: string } | null
    }

const expected = 'must be smtps://user:password@host, smtp://host:587 or ses://REGION; percent-encode the password'

/** Parses a `MAIL_URL`. The message contains the fix but nothing of the URL, because the URL contains a password. */
export function parseMailUrl(address: string): MailTransport | { readonly problem: string } {
  const url = URL.parse(address)
  if (url === null) return { problem: expected }
  if (url.protocol === 'ses:') return ses(address)
  if (!/^smtps?:$/.test(url.protocol) || url.hostname === '') return { problem: expected }
  return smtp(url)
}

function ses(address: string): ReturnType<typeof parseMailUrl> {
  const region = /^ses:\/\/([a-z]{2,8}(?:-[a-z]+)+-\d{1,2})\/?$/.exec(address)?.[1]
  if (region !== undefined) return { kind: 'ses', region }
  return { problem: 'must be ses:// and an AWS Region, such as ses://us-east-1, and nothing after it' }
}

function smtp(url: URL): ReturnType<typeof parseMailUrl> {
  const secure = url.protocol === 'smtps:'
  const auth = authOf(url)
  if (auth === 'unreadable') return { problem: 'has a % in its user or password that encodes nothing: write it as %25' }
  if (auth === null && url.password !== '')
    return { problem: 'has a password without a user: add the user before the colon' }
  if (!['', '/'].includes(url.pathname) || url.hash !== '')
    return { problem: 'has a part after the host that is not used: remove it, or percent-encode it in the password' }
  const withoutTls = url.search !== ''
  if (withoutTls && (secure || url.search !== '?tls=none'))
    return { problem: 'has a query that is not used: only smtp://…?tls=none has a meaning' }
  const hostname = url.hostname.toLowerCase()
  if (withoutTls && auth !== null && !isPrivate(hostname))
    return {
      problem: 'would send the password without encryption: remove ?tls=none, or name the relay by its private address',
    }
  return {
    kind: 'smtp',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    tls: secure ? 'from-start' : withoutTls ? 'none' : isLoopback(hostname) ? 'optional' : 'required',
    auth,
  }
}

function authOf({ username, password }: URL) {
  if (username === '') return null
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  } catch {
    return 'unreadable'
  }
}
