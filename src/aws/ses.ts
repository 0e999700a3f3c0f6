import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { jobClient } from './job-client.ts'

export type SesOptions = {
  readonly region: string
  /** For one call, in milliseconds. */
  readonly deadlineMs: number
}

/** In bytes. Real answers have some 100; one without end would fill the memory. */
const longestAnswer = 64 * 1024
/** As many mails as leave at once. */
const maxSockets = 20

/** With the task's own credentials, for Amazon SES is of the account that the mail leaves from. */
export function createSesClient({ region, deadlineMs }: SesOptions): SESv2Client {
  return new SESv2Client({
    ...jobClient({ region, role: null, waitMs: deadlineMs, maxSockets, longestAnswer }),
    maxAttempts: 1,
  })
}

/**
 * What nodemailer needs to send by Amazon SES. One attempt for each mail: the outbox tries again. `AWS_ENDPOINT_URL_SESV2` and the
 * SDK's other variables keep their meaning.
 */
export function createSes(options: SesOptions) {
  const client = createSesClient(options)
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof SendEmailCommand)) throw new TypeError('not a SendEmailCommand')
    try {
      return await client.send(command, { abortSignal: AbortSignal.timeout(options.deadlineMs) })
    } catch (cause) {
      // Nodemailer puts a code of its own on what it is thrown; AWS's name of the failure is kept inside.
      throw new Error('SES did not take the mail', { cause })
    }
  }
  return { kind: 'ses' as const, SendEmailCommand, sesClient: { config: { region: client.config.region }, send } }
}
