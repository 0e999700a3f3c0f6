import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { createCredentials, type Role } from './credentials.ts'
import { callWithin } from './deadline.ts'
import { translate } from './exceptions.ts'
import { createTransport } from './transport.ts'

type PrincipalOptions = {
  readonly region: string
  /** Null for the credentials of the environment. */
  readonly role: Role | null
  /** The limit for finding the credentials, and again for the call, in milliseconds. */
  readonly deadlineMs: number
}

/** The credentials that were found. `arn` is null if AWS STS did not return their owner. */
export type Principal = { readonly arn: string | null }

/**
 * Finds the credentials that sign calls and their owner. The call to AWS STS needs no permission. Rejects with an `AppError` if
 * there are none, if AWS does not accept them, or if the role cannot be assumed.
 */
export async function findPrincipal({ region, role, deadlineMs }: PrincipalOptions): Promise<Principal> {
  const requestHandler = createTransport({ maxSockets: 2, deadlineMs })
  const sts = new STSClient({ region, credentials: createCredentials(region, role), requestHandler, maxAttempts: 2 })
  try {
    await callWithin(deadlineMs, () => sts.config.credentials())
    return { arn: await callerOf(sts, deadlineMs) }
  } finally {
    sts.destroy()
  }
}

async function callerOf(sts: STSClient, deadlineMs: number): Promise<string | null> {
  try {
    const abortSignal = AbortSignal.timeout(deadlineMs)
    const { Arn: arn = null } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal })
    return arn
  } catch (error) {
    const failure = translate(error)
    if (failure.code === 'marketplace-denied') throw failure
    return null
  }
}
