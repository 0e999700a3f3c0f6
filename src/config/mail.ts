import { z } from 'zod'
import type { Product } from '../domain/product.ts'
import { list, optionalText, together } from './fields.ts'
import { parseMailUrl } from './mail-url.ts'

const mailAddress = /^[^\s@",;:<>()[\]\\]+@[^\s@",;:<>()[\]\\]+$/

/** How mail leaves, and which of the seller's people get it. */
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

export function mail({ MAIL_URL, MAIL_FROM = '' }: z.infer<z.ZodObject<typeof mailSettings>>) {
  /** Null where no mail leaves. */
  return { mail: MAIL_URL === undefined ? null : { transport: MAIL_URL, from: MAIL_FROM } }
}

export function mailFaults(
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
