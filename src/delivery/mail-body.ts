import { z } from 'zod'

/** A mail as it is stored until it is sent. The recipient has its own column. */
export const mailBody = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  from: z.object({ name: z.string(), address: z.string() }),
  /** Null if there is no support email address. */
  replyTo: z.string().nullable(),
})

export type MailBody = z.infer<typeof mailBody>
