import { defineConfig } from 'vitest/config'
import { TEST_KEY_STORE } from './scripts/lib/test-key-store.ts'
import { reporting } from './scripts/lib/vitest-reporting.ts'

/** Runs that take minutes: `pnpm run vitest:long`, and .ci/run after the ordinary tests. */
export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.long.ts',
      'examples/**/*.long.ts',
      'bench/**/*.long.ts',
      'scripts/**/*.long.ts',
    ],
    passWithNoTests: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
    env: TEST_KEY_STORE,
    globalSetup: 'scripts/lib/temporary-folder.ts',
    ...reporting('vitest-long'),
  },
})
