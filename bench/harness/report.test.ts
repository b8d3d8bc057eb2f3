import { expect, test } from 'vitest'
import { recordEnvironment } from './environment.ts'
import { formatReport } from './report.ts'
import { compare, measurement, type Result } from './result.ts'

const measurements = [
  measurement('appends', 'consent', 'ms', [4, 8]),
  measurement('appends', 'consent', 'ms', [2, 2], 'other 1.0'),
  measurement('appends', 'consent', 'entries/s', [125, 250]),
  measurement('appends', 'consent', 'entries/s', [500, 1_500], 'other 1.0'),
  measurement('sizes', 'request', 'bytes', [1_234_567]),
  measurement('sizes', 'request', 'bytes', [2_469_134], 'other 1.0'),
]
const result: Result = {
  format: 'mixun-bench-1',
  scenario: 'made',
  summary: 'a made result',
  settings: { rounds: 2 },
  isQuick: false,
  environment: recordEnvironment()(),
  sides: { mixun: 'ours', 'other 1.0': 'theirs' },
  measurements,
  comparisons: compare(measurements),
  notes: ['made'],
}

test('a report has a table a group, ratios beside the reference of the same unit, and the notes', () => {
  const lines = formatReport(result).split('\n')
  expect(lines[0]).toBe('made: a made result')
  expect(lines.filter(line => /^\S/.test(line)).slice(1)).toEqual(['appends', 'sizes', 'note: made'])
  const columns = (start: RegExp) =>
    lines.filter(line => start.test(line)).map(line => line.trim().split(/\s{2,}/))
  expect(columns(/^ {2}consent {2}mixun/)).toEqual([
    ['consent', 'mixun', '6', '2', '4', '7.960', 'ms', '2'],
    ['consent', 'mixun', '187.5', '62.50', '125', '248.8', 'entries/s', '2'],
  ])
  expect(columns(/^ {2}consent {2}other/)).toEqual([
    ['consent', 'other 1.0', '2', '0', '2', '2', 'ms', '2', '3.00', '2.00', '0.3'],
    ['consent', 'other 1.0', '1,000', '500', '500', '1,490', 'entries/s', '2', '0.19', '0.17', '0.2'],
  ])
  expect(columns(/^ {2}request/)).toEqual([
    ['request', 'mixun', '1,234,570', 'bytes', '1'],
    ['request', 'other 1.0', '2,469,130', 'bytes', '1', '0.50', '0.50'],
  ])
})
