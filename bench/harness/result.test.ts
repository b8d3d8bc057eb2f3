import { readdirSync, readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordEnvironment } from './environment.ts'
import { compare, MAX_SAMPLES, measurement, OWN_SIDE, type Result, resultSchema } from './result.ts'
import { summarize } from './stats.ts'
import { formatReport } from './report.ts'
import { formatResult, textFile } from './write-result.ts'

const result = (changes: Partial<Result> = {}): Result => ({
  format: 'mixun-bench-1',
  scenario: 'made',
  summary: 'a made result',
  settings: { rounds: 2 },
  isQuick: true,
  environment: recordEnvironment()(),
  sides: { [OWN_SIDE]: 'ours' },
  measurements: [measurement('steps', 'blind', 'ms', [1, 2, 3])],
  comparisons: [],
  notes: [],
  ...changes,
})

describe('a measurement', () => {
  it('holds its samples and what they come to, to six digits', () => {
    const { samples, summary, side } = measurement('steps', 'blind', 'ms', [1.23456789, 2.5, 1_234_567.8])
    expect(samples).toEqual([1.23457, 2.5, 1_234_570])
    expect(summary).toMatchObject({ count: 3, median: 2.5, min: 1.23457, max: 1_234_570 })
    expect(side).toBe(OWN_SIDE)
  })

  it('keeps the percentiles of very many samples, and the summary of all', () => {
    const many = Array.from({ length: 4_001 }, (_, i) => (i * 7) % 4_001)
    const { samples, summary } = measurement('steps', 'blind', 'ms', many)
    expect(samples).toEqual(Array.from({ length: MAX_SAMPLES }, (_, i) => i * 40))
    expect(summary).toMatchObject({ count: 4_001, median: 2_000, min: 0, max: 4_000 })
  })
})

describe('compare', () => {
  it('divides ours by the reference, by medians and by the best', () => {
    const measurements = [
      measurement('steps', 'blind', 'ms', [2, 4, 9]),
      measurement('steps', 'blind', 'ms', [4, 8, 10], 'other 1.0'),
      measurement('build', 'rows', 'rows/s', [100, 300]),
      measurement('build', 'rows', 'rows/s', [100, 100, 600], 'other 1.0'),
    ]
    expect(compare(measurements)).toEqual([
      { group: 'steps', name: 'blind', unit: 'ms', reference: 'other 1.0', ratio: 0.5, ratioOfBest: 0.5 },
      { group: 'build', name: 'rows', unit: 'rows/s', reference: 'other 1.0', ratio: 2, ratioOfBest: 0.5 },
    ])
  })

  it('leaves out what only one side, another group or another unit has', () => {
    const measurements = [
      measurement('steps', 'blind', 'ms', [2]),
      measurement('steps', 'blind', 'bytes', [2], 'other 1.0'),
      measurement('steps', 'finalize', 'ms', [2], 'other 1.0'),
      measurement('batch', 'blind', 'ms', [2], 'other 1.0'),
    ]
    expect(compare(measurements)).toEqual([])
  })
})

describe('the schema of a result', () => {
  it('takes a result back from its file, where each list of numbers is one line', () => {
    const text = formatResult(result())
    expect(resultSchema.parse(JSON.parse(text))).toEqual(JSON.parse(text))
    expect(text).toContain('"samples": [1, 2, 3]\n')
  })

  it.each<[string, object]>([
    ['another format', { format: 'mixun-bench-0' }],
    ['no measurement', { measurements: [] }],
    ['a field that it does not know', { host: 'server-1' }],
    [
      'a measurement without samples',
      { measurements: [{ ...measurement('a', 'b', 'ms', [1]), samples: [] }] },
    ],
    ['a unit that it does not know', { measurements: [{ ...measurement('a', 'b', 'ms', [1]), unit: 's' }] }],
  ])('refuses %s', (_, changes) => {
    expect(resultSchema.safeParse({ ...result(), ...changes }).success).toBe(false)
  })
})

it('the environment names no host and no path', () => {
  const text = JSON.stringify(recordEnvironment()())
  for (const name of [homedir(), process.cwd(), process.execPath]) expect(text).not.toContain(name)
  expect(text).not.toContain(`"${hostname()}"`)
})

const folder = join(import.meta.dirname, '..', 'results')
const stored = readdirSync(folder).filter(name => name.endsWith('.json'))

describe.skipIf(stored.length === 0).each(stored)('the stored result %s', name => {
  const text = readFileSync(join(folder, name), 'utf8')
  const parsed = resultSchema.parse(JSON.parse(text))

  it('is a standard run of the scenario that its name says', () => {
    expect(parsed).toMatchObject({ scenario: name.replace('.json', ''), isQuick: false })
  })

  it('has summaries that agree with their samples, and a text for every side', () => {
    for (const { samples, summary, side } of parsed.measurements) {
      const { count, median, min, max } = summarize(samples)
      expect(count).toBe(Math.min(summary.count, MAX_SAMPLES))
      expect([min, max]).toEqual([summary.min, summary.max])
      // The middle percentile of a thinned list is a neighbour of the median.
      const tolerance = count === summary.count ? 1e-5 : 0.05
      expect(Math.abs(summary.median - median)).toBeLessThanOrEqual(tolerance * Math.abs(median))
      expect(parsed.sides).toHaveProperty([side])
    }
    expect(parsed.comparisons).toEqual(compare(parsed.measurements))
  })

  it('has its table beside it', () => {
    expect(readFileSync(textFile(join(folder, name)), 'utf8')).toBe(formatReport(parsed))
  })

  it('holds no path of a machine', () => {
    expect(text).not.toMatch(/["\s(](?:\/|[A-Z]:\\)[\w.-]+[/\\]/)
  })
})
