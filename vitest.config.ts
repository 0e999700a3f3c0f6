import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres.ts'],
    setupFiles: ['test/support/each-file.ts'],
    isolate: false,
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
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
