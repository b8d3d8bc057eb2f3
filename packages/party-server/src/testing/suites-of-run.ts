import { SUITE_IDS, type SuiteId } from '@mixun/core/suite'

/** Suites of a test that takes its time: the short run tries `intl`, the long one both. */
export const SUITES_OF_RUN: readonly SuiteId[] = process.env['MIXUN_LONG_RUN'] === '1' ? SUITE_IDS : ['intl']
