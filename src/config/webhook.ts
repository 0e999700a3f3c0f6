import { z } from 'zod'
import { list, optionalText, together } from './fields.ts'
import { urlError } from './urls.ts'

/** The webhook for notifications. */
export const webhookSettings = {
  WEBHOOK_URL: optionalText
    .transform((address, context) => {
      const error = urlError(address, ['user', 'path', 'query'], 'private')
      const target = error === null ? webhookTarget(address) : null
      if (target !== null) return target
      context.addIssue({ code: 'custom', message: error ?? unreadableUser })
      return z.NEVER
    })
    .optional(),
  WEBHOOK_SECRET: list('')
    .refine((secrets) => secrets.every(isWebhookSecret), {
      error: 'must be whsec_ and base64 of 24 to 64 random bytes; make one with: echo whsec_$(openssl rand -base64 32)',
    })
    .optional(),
} as const

export function webhook({ WEBHOOK_URL, WEBHOOK_SECRET = [] }: z.infer<z.ZodObject<typeof webhookSettings>>) {
  /** Null if not configured. */
  return { webhook: WEBHOOK_URL === undefined ? null : { ...WEBHOOK_URL, secrets: WEBHOOK_SECRET } }
}

export function webhookErrors(given: Readonly<Record<string, string>>): readonly string[] {
  return together(given, 'WEBHOOK_URL', 'WEBHOOK_SECRET')
}

const unreadableUser = 'has a % in its user or password that encodes nothing: write it as %25'

/** The URL without `user:password@`, which an HTTP client rejects, and the header that is sent instead. */
function webhookTarget(address: string): { readonly url: string; readonly authorization: string | null } | null {
  const url = new URL(address)
  if (url.username === '' && url.password === '') return { url: address, authorization: null }
  try {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    url.username = url.password = ''
    return { url: url.href, authorization: `Basic ${Buffer.from(user).toString('base64')}` }
  } catch {
    return null
  }
}

function isWebhookSecret(secret: string): boolean {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? []
  const { length } = Buffer.from(encoded, 'base64')
  return length >= 24 && length <= 64
}
