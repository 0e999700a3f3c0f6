import { z } from 'zod'

/** A mail as it is stored until it is sent. The recipient has a column of its own. */
export const mailBody = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  from: z.object({ name: z.string(), address: z.string() }),
  /** Null where there is no mail address for support. */
  replyTo: z.string().nullable(),
})

export type MailBody = z.infer<typeof mailBody>
