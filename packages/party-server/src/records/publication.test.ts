import { expect, it } from 'vitest'
import { DefaultRecord, parseIsoDate, type RecordStatus } from '@mixun/core/domain'
import { BUILT_IN_SHARING_RULES } from '@mixun/ledger-adapter/policy'
import { isPublished } from './index.ts'

const record = (status: RecordStatus, curedOn: string | null = null) =>
  DefaultRecord.of({
    kind: 'false-information',
    occurredOn: parseIsoDate('2015-01-01'),
    amountFen: null,
    status,
    curedOn: curedOn === null ? null : parseIsoDate(curedOn),
    sourceDigest: new Uint8Array(32),
    reporter: 'jia',
  })

it.each<[boolean, RecordStatus, string | null, string]>([
  [true, 'open', null, '2026-06-30'],
  [true, 'disputed', null, '2026-06-30'],
  [true, 'disputed', '2016-01-01', '2026-06-30'],
  [false, 'withdrawn', null, '2026-06-30'],
  [false, 'withdrawn', '2026-01-01', '2026-06-30'],
  [true, 'cured', '2021-07-01', '2026-06-30'],
  [false, 'cured', '2021-06-30', '2026-06-30'],
  [false, 'cured', '2020-01-01', '2026-06-30'],
  [true, 'cured', '2020-02-29', '2025-02-28'],
  [false, 'cured', '2020-02-29', '2025-03-01'],
])('says %s for a record that is %s (cured on %s) as of %s', (published, status, curedOn, asOf) => {
  expect(isPublished(record(status, curedOn), parseIsoDate(asOf))).toBe(published)
})

it('goes by the years that the consortium set', () => {
  const cured = record('cured', '2024-01-01')
  const after = (yearsPublishedAfterCure: number) => ({ ...BUILT_IN_SHARING_RULES, yearsPublishedAfterCure })
  expect(isPublished(cured, parseIsoDate('2026-06-30'), after(3))).toBe(true)
  expect(isPublished(cured, parseIsoDate('2026-06-30'), after(2))).toBe(false)
})
