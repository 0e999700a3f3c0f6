import type { z } from 'zod'
import { isStrongSecret, isWebAddress, list, loopback, optionalText, parsedUrl, weakSecret } from './fields.ts'

const secretList = (valid: (secret: string) => boolean, error: string) =>
  list('')
    .refine((secrets) => secrets.every(valid), { error })
    .optional()

/** What is sent there is not for others. */
const privateAddress = optionalText
  .refine(isWebAddress, { error: 'must begin with https://; plain http is accepted for localhost only' })
  .optional()

const mailAddress = /^[^\s@",;:<>()[\]\\]+@[^\s@",;:<>()[\]\\]+$/

/** Who is told of registrations, and where the last page leads on to. */
export const deliverySettings = {
  WEBHOOK_URL: privateAddress,
  WEBHOOK_SECRET: secretList(
    isWebhookSecret,
    'must be whsec_ and base64 of 24 to 64 random bytes; make one with: echo whsec_$(openssl rand -base64 32)',
  ),
  MAIL_URL: optionalText
    .refine((url) => mailTransport(url) !== null, {
      error: 'must be smtps://user:password@host, smtp://host:587 or ses://REGION; percent-encode the password',
    })
    .optional(),
  MAIL_FROM: optionalText
    .regex(mailAddress, { error: 'must be one mail address, such as no-reply@example.com' })
    .optional(),
  NOTIFY_EMAIL: list('')
    .refine((addresses) => addresses.every((address) => mailAddress.test(address)), {
      error: 'must be mail addresses with commas between',
    })
    .optional(),
  HANDOFF_URL: privateAddress,
  HANDOFF_SECRET: secretList(isStrongSecret, weakSecret.error),
} as const

export function delivery(env: z.infer<z.ZodObject<typeof deliverySettings>>) {
  const { WEBHOOK_URL, WEBHOOK_SECRET, MAIL_URL, MAIL_FROM, HANDOFF_URL, HANDOFF_SECRET } = env
  return {
    webhook: WEBHOOK_URL === undefined ? null : { url: WEBHOOK_URL, secrets: WEBHOOK_SECRET ?? [] },
    mail:
      MAIL_URL === undefined
        ? null
        : { transport: mailTransport(MAIL_URL), from: MAIL_FROM ?? '', notify: env.NOTIFY_EMAIL ?? [] },
    continuation: HANDOFF_URL === undefined ? null : { url: HANDOFF_URL, secrets: HANDOFF_SECRET ?? [] },
  }
}

export function deliveryFaults(given: Readonly<Record<string, string>>): readonly string[] {
  const together = (one: string, other: string) =>
    (given[one] === undefined) === (given[other] === undefined)
      ? []
      : given[one] === undefined
        ? [`${one} is missing: ${other} needs it`]
        : [`${other} is missing: ${one} needs it`]
  return [
    ...together('WEBHOOK_URL', 'WEBHOOK_SECRET'),
    ...together('MAIL_URL', 'MAIL_FROM'),
    ...together('HANDOFF_URL', 'HANDOFF_SECRET'),
    ...(given['NOTIFY_EMAIL'] !== undefined && given['MAIL_URL'] === undefined
      ? ['MAIL_URL is missing: NOTIFY_EMAIL needs it']
      : []),
  ]
}

export type MailTransport =
  | { readonly kind: 'ses'; readonly region: string }
  | {
      readonly kind: 'smtp'
      readonly host: string
      readonly port: number
      /** TLS from the first byte; else STARTTLS. */
      readonly tls: 'from-start' | 'required' | 'optional'
      readonly auth: { readonly user: string; readonly pass: string } | null
    }

/** What a `MAIL_URL` says; null when it cannot be read. */
export function mailTransport(address: string): MailTransport | null {
  const ses = /^ses:\/\/([a-z]{2}(?:-[a-z]+)+-\d)\/?$/.exec(address)?.[1]
  if (ses !== undefined) return { kind: 'ses', region: ses }
  const url = parsedUrl(address)
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') return null
  const secure = url.protocol === 'smtps:'
  const user = decoded(url.username)
  const pass = decoded(url.password)
  if (user === null || pass === null) return null
  return {
    kind: 'smtp',
    host: url.hostname,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    tls: secure ? 'from-start' : loopback.test(url.hostname) ? 'optional' : 'required',
    auth: user === '' ? null : { user, pass },
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function isWebhookSecret(secret: string): boolean {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? []
  const { length } = Buffer.from(encoded, 'base64')
  return length >= 24 && length <= 64
}
