import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { UndiciHttpHandler } from '@smithy/undici-http-handler'

/** In bytes. Real answers have some 100; one without end would fill the memory. */
const longestAnswer = 64 * 1024

/**
 * What nodemailer needs to send by Amazon SES, with the task's own credentials. One attempt for each mail: the outbox tries
 * again. `AWS_ENDPOINT_URL_SESV2` and the SDK's other variables keep their meaning.
 */
export function createSes({ region, deadlineMs }: { readonly region: string; readonly deadlineMs: number }) {
  const client = new SESv2Client({
    region,
    maxAttempts: 1,
    requestHandler: new UndiciHttpHandler({
      dispatcher: {
        connect: { timeout: deadlineMs },
        headersTimeout: deadlineMs,
        bodyTimeout: deadlineMs,
        maxResponseSize: longestAnswer,
      },
    }),
  })
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof SendEmailCommand)) throw new TypeError('not a SendEmailCommand')
    try {
      return await client.send(command, { abortSignal: AbortSignal.timeout(deadlineMs) })
    } catch (cause) {
      // Nodemailer puts a code of its own on what it is thrown; AWS's name of the failure is kept inside.
      throw new Error('SES did not take the mail', { cause })
    }
  }
  return { kind: 'ses' as const, SendEmailCommand, sesClient: { config: { region: client.config.region }, send } }
}
