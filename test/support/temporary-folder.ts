import { mkdtempSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Creates a folder that is removed after all tests. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'test-'))
}

/** The global setup of the tests: removes everything in the temporary folder, including files of a killed browser. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'landing-tests-'))
  // Started as root, PostgreSQL and the container's programs run as another user.
  await chmod(folder, 0o755)
  project.config.env['TMPDIR'] = folder
  return () => rm(folder, { recursive: true, force: true })
}
