import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/lib/longest-first.ts'
import { TEST_KEY_STORE } from './scripts/lib/test-key-store.ts'
import { reporting } from './scripts/lib/vitest-reporting.ts'

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    env: TEST_KEY_STORE,
    globalSetup: 'scripts/lib/temporary-folder.ts',
    ...reporting('vitest'),
  },
})
