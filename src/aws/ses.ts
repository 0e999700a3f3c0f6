import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { jobClient } from './job-client.ts'

export type SesOptions = {
  readonly region: string
  /** The limit for one call, in milliseconds. */
  readonly deadlineMs: number
}

/** In bytes. Responses usually have about 100. */
const longestAnswer = 64 * 1024
/** The number of mails that are sent concurrently. */
const maxSockets = 20

/** Uses the app's own credentials, not those of the role in the seller account. */
export function createSesClient({ region, deadlineMs }: SesOptions): SESv2Client {
  return new SESv2Client({
    ...jobClient({ region, role: null, waitMs: deadlineMs, maxSockets, longestAnswer }),
    maxAttempts: 1,
  })
}

/**
 * Nodemailer's transport for Amazon SES. Makes one attempt for each mail, because the outbox retries. The SDK reads
 * `AWS_ENDPOINT_URL_SESV2` and its other variables.
 */
export function createSes(options: SesOptions) {
  const client = createSesClient(options)
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof SendEmailCommand)) throw new TypeError('not a SendEmailCommand')
    try {
      return await client.send(command, { abortSignal: AbortSignal.timeout(options.deadlineMs) })
    } catch (cause) {
      // Nodemailer overwrites the code of an error that it catches. The cause keeps AWS's error unchanged.
      throw new Error('SES did not accept the mail', { cause })
    }
  }
  return { kind: 'ses' as const, SendEmailCommand, sesClient: { config: { region: client.config.region }, send } }
}
