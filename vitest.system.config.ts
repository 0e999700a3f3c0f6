import { defineConfig } from 'vitest/config'
import { options } from './vitest.config.ts'

/** `npm run test:system`: the tests that need programs of the operating system. */
export default defineConfig({ test: { ...options, include: ['test/system/**/*.test.ts'] } })
