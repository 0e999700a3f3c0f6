import { mkdtempSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** A new folder. It is removed when all tests are over. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'test-'))
}

/** The global setup of the tests: whatever they write to the temporary folder is removed, even what a killed browser left. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'landing-tests-'))
  // Started as root, PostgreSQL and the container's programs run as another user.
  await chmod(folder, 0o755)
  project.config.env['TMPDIR'] = folder
  return () => rm(folder, { recursive: true, force: true })
}
