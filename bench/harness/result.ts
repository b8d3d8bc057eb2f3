import { z } from 'zod'
import { environmentSchema } from './environment.ts'
import { type Summary, summarize } from './stats.ts'

/** The side that is this repository's own code; every other side is a reference. */
export const OWN_SIDE = 'mixun'

/** Units of a measurement. Times and sizes are better small, rates are better large. */
export const UNITS = [
  'ms',
  'bytes',
  'bytes/row',
  'MiB',
  'frames',
  'rows/s',
  'entries/s',
  'elements/s',
  'checks',
  'checks/s',
  'OTs/s',
  'bytes/OT',
  'points',
] as const

/** Samples that a stored measurement holds at most: every percentile from 0 to 100. */
export const MAX_SAMPLES = 101

const summarySchema = z.strictObject({
  count: z.number().int().min(1),
  median: z.number(),
  p99: z.number(),
  mean: z.number(),
  mad: z.number(),
  min: z.number(),
  max: z.number(),
})

const measurementSchema = z.strictObject({
  group: z.string().min(1),
  name: z.string().min(1),
  /** Whose figure this is: a key of the result's `sides`. */
  side: z.string().min(1),
  unit: z.enum(UNITS),
  /** Of all samples. */
  summary: summarySchema,
  /** Every sample, to six digits; of more than {@link MAX_SAMPLES} the percentiles from 0 to 100. */
  samples: z.array(z.number()).min(1).max(MAX_SAMPLES),
})

const comparisonSchema = z.strictObject({
  group: z.string(),
  name: z.string(),
  unit: z.enum(UNITS),
  reference: z.string(),
  /** Median of mixun divided by the median of the reference. */
  ratio: z.number(),
  /** The same of the best samples of each, which other work on the machine moves least. */
  ratioOfBest: z.number(),
})

/** One run of one scenario, as stored in `bench/results`. */
export const resultSchema = z.strictObject({
  format: z.literal('mixun-bench-1'),
  scenario: z.string().regex(/^[a-z][a-z0-9-]*$/),
  summary: z.string(),
  settings: z.record(z.string(), z.number()),
  /** True for the short mode that only shows that everything runs. */
  isQuick: z.boolean(),
  environment: environmentSchema,
  /** What each side is, with its version. */
  sides: z.record(z.string(), z.string()),
  measurements: z.array(measurementSchema).min(1),
  /** Every measurement that both mixun and a reference have. */
  comparisons: z.array(comparisonSchema),
  notes: z.array(z.string()),
})

export type Result = z.infer<typeof resultSchema>
export type Measurement = z.infer<typeof measurementSchema>
export type Comparison = z.infer<typeof comparisonSchema>
export type Unit = (typeof UNITS)[number]

/** A measurement from its samples; figures are rounded to six digits. */
export function measurement(
  group: string,
  name: string,
  unit: Unit,
  samples: readonly number[],
  side: string = OWN_SIDE,
): Measurement {
  const rounded = samples.map(round)
  const figures = Object.entries(summarize(rounded)).map(([key, value]) => [key, round(value)])
  return { group, name, side, unit, summary: Object.fromEntries(figures) as Summary, samples: thin(rounded) }
}

function thin(samples: readonly number[]): number[] {
  if (samples.length <= MAX_SAMPLES) return [...samples]
  const sorted = samples.toSorted((a, b) => a - b)
  const step = (sorted.length - 1) / (MAX_SAMPLES - 1)
  return Array.from({ length: MAX_SAMPLES }, (_, i) => sorted[Math.round(i * step)] as number)
}

/** The ratios of mixun to each reference that measured the same. */
export function compare(measurements: readonly Measurement[]): Comparison[] {
  return measurements
    .filter(({ side }) => side !== OWN_SIDE)
    .flatMap(reference => {
      const { group, name, unit, side } = reference
      const own = measurements.find(
        each => each.side === OWN_SIDE && each.group === group && each.name === name && each.unit === unit,
      )
      if (own === undefined || reference.summary.median === 0 || best(reference) === 0) return []
      const ratio = round(own.summary.median / reference.summary.median)
      return [{ group, name, unit, reference: side, ratio, ratioOfBest: round(best(own) / best(reference)) }]
    })
}

/** The smallest time or size, the largest rate. */
function best({ unit, summary }: Measurement): number {
  return unit.endsWith('/s') ? summary.max : summary.min
}

function round(value: number): number {
  return Number(value.toPrecision(6))
}
