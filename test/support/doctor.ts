import { onTestFinished, vi } from 'vitest'
import { runDoctor } from '../../src/cli/doctor/run.ts'
import type { Check } from '../../src/cli/doctor/finding.ts'
import type { Environment } from '../../src/config/environment.ts'
import { startSimulator, type SimulatorOptions } from '../../simulator/src/simulator.ts'
import { call, type Ended } from './command.ts'
import { environment } from './environment.ts'
import { openTestStore } from './stores.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A migrated SQLite file. */
export async function migratedFile(): Promise<string> {
  const path = `${temporaryFolder()}/landing.db`
  await (await openTestStore({ engine: 'sqlite', path })).close()
  return path
}

/** The simulated AWS, and the variables with which the SDK calls it. */
export async function simulatedAws(options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  const variables = {
    AWS_ENDPOINT_URL: simulator.url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'very-secret-key',
  }
  return { simulator, variables }
}

/** A configuration in which the doctor finds no fault. */
export async function soundSetup(env: Environment = {}): Promise<Environment> {
  return environment({
    PUBLIC_URL: 'https://register.example.com',
    TRUST_PROXY_HOPS: '1',
    DATABASE_URL: `sqlite:${await migratedFile()}`,
    ...env,
  })
}

/** Calls the doctor. The AWS SDK reads its own variables from the environment of the test's process. */
export async function doctor(env: Environment, ...args: readonly string[]): Promise<Ended> {
  for (const name of Object.keys(env).filter((name) => name.startsWith('AWS_'))) vi.stubEnv(name, env[name])
  onTestFinished(() => void vi.unstubAllEnvs())
  return call(runDoctor, args, env)
}

type Report = {
  readonly ok: boolean
  readonly faults: number
  readonly warnings: number
  readonly checks: readonly (Pick<Check, 'name' | 'status' | 'found'> & { readonly hint: string | null })[]
}

export function reportOf({ stdout }: Ended): Report {
  return JSON.parse(stdout) as Report
}
