import { setTimeout as pause } from 'node:timers/promises'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { AppError } from '../errors.ts'
import { createCredentials, type Role } from './credentials.ts'
import { translate } from './exceptions.ts'
import { createTransport } from './transport.ts'

export type PrincipalOptions = {
  readonly region: string
  /** Null for the environment's own credentials. */
  readonly role: Role | null
  /** For the credentials, and again for the call, in milliseconds. */
  readonly deadlineMs: number
}

/** The credentials that were found; `arn` is null when AWS STS did not say whose they are. */
export type Principal = { readonly arn: string | null }

/**
 * Finds the credentials that sign calls, and whose they are: AWS STS answers that without a permission. Rejects
 * with an `AppError` when there are none, when AWS does not accept them, or when the role cannot be assumed.
 */
export async function findPrincipal({ region, role, deadlineMs }: PrincipalOptions): Promise<Principal> {
  const requestHandler = createTransport({ maxSockets: 2, deadlineMs })
  const sts = new STSClient({ region, credentials: createCredentials(region, role), requestHandler, maxAttempts: 2 })
  try {
    await Promise.race([sts.config.credentials(), tooLate(deadlineMs)])
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

async function tooLate(deadlineMs: number): Promise<never> {
  await pause(deadlineMs, undefined, { ref: false })
  const cause = new Error(`No credentials within ${String(deadlineMs)} ms`)
  throw new AppError('marketplace-unreachable', { cause })
}
