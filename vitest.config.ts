import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begun first, so that none is left alone at the end. Without an earlier run, vitest goes by the size of a file. */
const longest = /(journeys|subscriptions-kill|lifecycle|check|receivers|axe|layout|cli\/\w+|mail)\.test\.ts$/

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => longest.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/chromium.ts', 'test/support/postgres.ts'],
    setupFiles: ['test/support/each-file.ts'],
    isolate: false,
    sequence: { sequencer: LongestFirst },
    include: ['test/**/*.test.ts', 'simulator/test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Of two processors' time half would pass in waiting. Browsers, databases and servers share the machine with them.
    maxWorkers: 4,
    env: {
      // No test uses the AWS credentials of the person who runs it, or looks for some on the network.
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  },
})
