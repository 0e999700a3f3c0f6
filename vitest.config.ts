import { defineConfig } from 'vitest/config'
import { BaseSequencer, type InlineConfig, type TestSpecification } from 'vitest/node'

/** Files that take half a minute and more. */
const longest =
  /test.(browser.(journeys|layout|axe)|lifecycle|deploy.validate|mail|subscriptions|metrics|receivers).test.ts$/

/** Starts the longest files first, so that none of them runs alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => Number(longest.test(b.moduleId)) - Number(longest.test(a.moduleId)))
  }
}

export const options: InlineConfig = {
  globalSetup: ['test/support/temporary-folder.ts', 'test/support/chromium.ts', 'test/support/postgres.ts'],
  // A poll ends as soon as it succeeds, so only a failure takes this long.
  expect: { poll: { timeout: 30_000 } },
  restoreMocks: true,
  unstubEnvs: true,
  isolate: false,
  sequence: { sequencer: LongestFirst },
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // More than the number of processors, because tests often wait. Browsers, databases and servers share the machine.
  maxWorkers: 4,
  env: {
    // Tests must not use the developer's AWS credentials, or look for credentials on the network.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  },
}

export default defineConfig({
  test: {
    ...options,
    include: ['test/**/*.test.ts', 'simulator/test/**/*.test.ts'],
    exclude: ['test/system/**'],
  },
})
