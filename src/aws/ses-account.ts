import { GetAccountCommand } from '@aws-sdk/client-sesv2'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { call } from './call.ts'
import { notAllowed } from './hints.ts'
import { createSesClient, type SesOptions } from './ses.ts'

/** The state of Amazon SES for this account in one Region. */
type SesAccount = {
  readonly isSending: boolean
  /** True if mail reaches verified addresses only. */
  readonly isSandbox: boolean
}

const action = 'ses:GetAccount'
const answer = z.object({ SendingEnabled: z.boolean(), ProductionAccessEnabled: z.boolean() })

/**
 * Reads the state of the account. Null if the credentials are valid but may not read it; sending does not need this permission.
 * Rejects with an `AppError` if they are not valid, or if Amazon SES cannot be reached.
 */
export async function findSesAccount(options: SesOptions): Promise<SesAccount | null> {
  const client = createSesClient(options)
  try {
    const { SendingEnabled, ProductionAccessEnabled } = await call(
      { action, deadlineMs: options.deadlineMs, answer },
      (bounds) => client.send(new GetAccountCommand({}), bounds),
    )
    return { isSending: SendingEnabled, isSandbox: !ProductionAccessEnabled }
  } catch (error) {
    if (error instanceof AppError && error.details.hint === notAllowed(action)) return null
    throw error
  } finally {
    client.destroy()
  }
}
