import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { jobClient } from './job-client.ts'

export type SesOptions = {
  readonly region: string
  /** For one call, in milliseconds. */
  readonly deadlineMs: number
}

/** In bytes. Real answers have some 100. */
const longestAnswer = 64 * 1024
/** As many as mails are sent at once. */
const maxSockets = 20

/** Signs with the app's own credentials, not with those of the role in the seller account. */
export function createSesClient({ region, deadlineMs }: SesOptions): SESv2Client {
  return new SESv2Client({
    ...jobClient({ region, role: null, waitMs: deadlineMs, maxSockets, longestAnswer }),
    maxAttempts: 1,
  })
}

/**
 * What nodemailer needs to send by Amazon SES. Makes one attempt for each mail: the outbox tries again. `AWS_ENDPOINT_URL_SESV2` and the
 * SDK's other variables keep their meaning.
 */
export function createSes(options: SesOptions) {
  const client = createSesClient(options)
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof SendEmailCommand)) throw new TypeError('not a SendEmailCommand')
    try {
      return await client.send(command, { abortSignal: AbortSignal.timeout(options.deadlineMs) })
    } catch (cause) {
      // Nodemailer overwrites the code of what it catches. AWS's own failure stays whole as the cause.
      throw new Error('SES did not take the mail', { cause })
    }
  }
  return { kind: 'ses' as const, SendEmailCommand, sesClient: { config: { region: client.config.region }, send } }
}
