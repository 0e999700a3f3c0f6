import { findPrincipal, type Principal } from '../../aws/principal.ts'
import type { Config } from '../../config/config.ts'
import type { Environment } from '../../config/environment.ts'
import { asAppError, type AppError } from '../../errors.ts'
import type { Io } from '../command.ts'
import { checkDatabase } from './database.ts'
import type { Finding } from './finding.ts'

/** The input of the checks. Calls that several checks need are made once. */
export type Setup = {
  readonly env: Environment
  readonly config: Config
  readonly now: () => Date
  /** The owner of the credentials in the environment. */
  readonly credentials: Promise<Principal | AppError>
  /** The principal that calls AWS Marketplace: the role, or the owner of the credentials if no role is set. */
  readonly caller: Promise<Principal | AppError>
  readonly database: Promise<Finding>
}

export function createSetup({ env, now }: Pick<Io, 'env' | 'now'>, config: Config): Setup {
  const { region, role, deadlineMs } = config.marketplace
  const credentials = findPrincipal({ region, role: null, deadlineMs }).catch(asAppError)
  const caller = role === null ? credentials : findPrincipal({ region, role, deadlineMs }).catch(asAppError)
  const database = checkDatabase(config)
  return { env, config, now, credentials, caller, database }
}
