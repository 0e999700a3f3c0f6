import { defineConfig } from 'vitest/config'
import type { InlineConfig } from 'vitest/node'

export const options: InlineConfig = {
  globalSetup: ['test/support/temporary-folder.ts', 'test/support/chromium.ts', 'test/support/postgres.ts'],
  // A poll ends as soon as it succeeds, so only a failure takes this long.
  expect: { poll: { timeout: 30_000 } },
  restoreMocks: true,
  unstubEnvs: true,
  isolate: false,
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
