import { z } from 'zod'
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

export function mail({ MAIL_URL, MAIL_FROM = '', NOTIFY_EMAIL = [] }: z.infer<z.ZodObject<typeof mailSettings>>) {
  /** Null where no mail leaves. */
  return { mail: MAIL_URL === undefined ? null : { transport: MAIL_URL, from: MAIL_FROM, notify: NOTIFY_EMAIL } }
}

export function mailFaults(given: Readonly<Record<string, string>>): readonly string[] {
  const { MAIL_URL, NOTIFY_EMAIL } = given
  return [
    ...together(given, 'MAIL_URL', 'MAIL_FROM'),
    ...(NOTIFY_EMAIL !== undefined && MAIL_URL === undefined
      ? ['MAIL_URL is missing: set it, or remove NOTIFY_EMAIL']
      : []),
  ]
}
