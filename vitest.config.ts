import { defineConfig } from 'vitest/config'
import type { InlineConfig } from 'vitest/node'

export const options: InlineConfig = {
  globalSetup: ['test/support/temporary-folder.ts', 'test/support/chromium.ts', 'test/support/postgres.ts'],
  // Waiting for an outcome ends with it: only a failure takes this long.
  expect: { poll: { timeout: 30_000 } },
  restoreMocks: true,
  unstubEnvs: true,
  isolate: false,
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
}

export default defineConfig({
  test: {
    ...options,
    include: ['test/**/*.test.ts', 'simulator/test/**/*.test.ts'],
    exclude: ['test/system/**'],
  },
})
