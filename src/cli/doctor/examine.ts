import { ConfigError, parseConfig, type Config } from '../../config/config.ts'
import type { Environment } from '../../config/environment.ts'
import type { Io } from '../command.ts'
import { checks } from './checks.ts'
import { failed, ok, skipped, type Check, type Finding } from './finding.ts'
import { createSetup } from './setup.ts'

/** Runs all checks. Stores nothing. */
export async function examine(io: Pick<Io, 'env' | 'now'>): Promise<readonly Check[]> {
  const config = configOrError(io.env)
  if (config instanceof ConfigError) {
    const { errors } = config
    const configuration = failed(`${String(errors.length)} ${errors.length === 1 ? 'fault' : 'faults'}`, ...errors)
    const others = Object.keys(checks).map((name) => ({ name, ...skipped('not checked: needs the configuration') }))
    return [{ name: 'configuration', ...configuration }, ...others]
  }
  const setup = createSetup(io, config)
  const findings = Object.entries(checks).map(async ([name, check]) => ({
    name,
    ...(await Promise.resolve(setup).then(check).catch(unchecked)),
  }))
  return [{ name: 'configuration', ...ok('complete') }, ...(await Promise.all(findings))]
}

/** Reports an error in a check itself, so that the other checks still run. */
function unchecked(error: unknown): Finding {
  return failed(`could not be checked: ${String(error)}`, 'Report this as a bug in the doctor.')
}

function configOrError(env: Environment): Config | ConfigError {
  try {
    return parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}
