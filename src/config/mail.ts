import { z } from 'zod'
import type { Product } from '../domain/product.ts'
import { list, optionalText, together } from './fields.ts'
import { parseMailUrl } from './mail-url.ts'

const mailAddress = /^[^\s@",;:<>()[\]\\]+@[^\s@",;:<>()[\]\\]+$/

/** How mail is sent, and who of the seller's staff receives it. */
export const mailSettings = {
  MAIL_URL: optionalText
    .transform((address, context) => {
      const transport = parseMailUrl(address)
      if (!('problem' in transport)) return transport
      context.addIssue({ code: 'custom', message: transport.problem })
      return z.NEVER
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
} as const

export function mail(env: z.infer<z.ZodObject<typeof mailSettings>> & { readonly PUBLIC_URL: string }) {
  const { MAIL_URL: transport, MAIL_FROM: from = '', PUBLIC_URL } = env
  if (transport === undefined) return { mail: null }
  const named = transport.kind === 'ses' ? transport : { ...transport, name: mailName(PUBLIC_URL) }
  return { mail: { transport: named, from } }
}

/** The app's name for a mail server: the host of PUBLIC_URL, or an address literal as in RFC 5321. */
function mailName(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  if (hostname.startsWith('[')) return hostname.replace('[', '[IPv6:')
  return /^[\d.]+$/.test(hostname) ? `[${hostname}]` : hostname
}

export function mailErrors(
  given: Readonly<Record<string, string>>,
  products: readonly Pick<Product, 'notifyEmail'>[],
): readonly string[] {
  const { MAIL_URL, NOTIFY_EMAIL } = given
  const isNotified = NOTIFY_EMAIL !== undefined || products.some(({ notifyEmail }) => notifyEmail.length > 0)
  return [
    ...together(given, 'MAIL_URL', 'MAIL_FROM'),
    ...(isNotified && MAIL_URL === undefined ? ['MAIL_URL is missing: set it, or remove NOTIFY_EMAIL'] : []),
  ]
}
