import { defineConfig } from 'vitest/config'
import { TEST_KEY_STORE } from './scripts/lib/test-key-store.ts'
import { reporting } from './scripts/lib/vitest-reporting.ts'

/** Tests of which `vitest.config.ts` runs a part only, mostly suite `intl`; see `SUITES_OF_RUN`. */
const TESTS_WITH_MORE = [
  'packages/ot/src/testing/wire-trace-of-references.test.ts',
  'packages/party-server/src/cli/prebuy.test.ts',
  'packages/party-server/src/cli/regulator.test.ts',
  'packages/party-server/src/cli/resume.test.ts',
  'packages/party-server/src/daemon/anchoring.test.ts',
  'packages/party-server/src/daemon/canary.test.ts',
  'packages/party-server/src/daemon/evaluation.test.ts',
  'packages/party-server/src/daemon/frames.test.ts',
  'packages/party-server/src/daemon/inquiry.test.ts',
  'packages/party-server/src/daemon/joint-audit.test.ts',
  'packages/party-server/src/daemon/joint-query.test.ts',
  'packages/party-server/src/daemon/missing-party.test.ts',
  'packages/party-server/src/daemon/rotation.test.ts',
  'packages/party-server/src/publish/release.test.ts',
]

/** Runs that take minutes: `pnpm run vitest:long`, and .ci/run after the ordinary tests. */
export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.long.ts',
      'examples/**/*.long.ts',
      'bench/**/*.long.ts',
      'scripts/**/*.long.ts',
      ...TESTS_WITH_MORE,
    ],
    passWithNoTests: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
    env: { ...TEST_KEY_STORE, MIXUN_LONG_RUN: '1' },
    globalSetup: 'scripts/lib/temporary-folder.ts',
    ...reporting('vitest-long'),
  },
})
