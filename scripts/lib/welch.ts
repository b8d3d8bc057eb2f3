/** |t| from which dudect (eprint 2016/1123) calls a difference a leak. */
export const LEAK_THRESHOLD = 4.5
/** Standard normal quantile of 0.8: a difference of the detectable size is found in four of five runs. */
const POWER_QUANTILE = 0.8416
/** Shares of the fastest measurements that are compared: interruptions only ever add time. */
const CROPS = [1, 0.99, 0.9, 0.5]

export interface Moments {
  readonly count: number
  readonly mean: number
  /** Sample variance. */
  readonly variance: number
}

export interface Comparison {
  /** The Welch statistic of largest magnitude over all crops. */
  readonly t: number
  /** Mean of the second class less mean of the first, of the fastest 90 %. */
  readonly difference: number
  readonly mean: number
  /** The difference that would reach the threshold in four of five runs, from the fastest 90 %. */
  readonly detectable: number
}

export function moments(values: readonly number[]): Moments {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { count, mean, variance }
}

/** Standard error of the difference of two means. */
export function standardError(a: Moments, b: Moments): number {
  return Math.sqrt(a.variance / a.count + b.variance / b.count)
}

/** Welch's t over the values below common limits, so that both classes are cropped alike. */
export function compareClasses(first: readonly number[], second: readonly number[]): Comparison {
  const sorted = [...first, ...second].toSorted((a, b) => a - b)
  const results = CROPS.map(share => {
    const limit = sorted[Math.ceil(share * sorted.length) - 1] as number
    const [a, b] = [first, second].map(values => moments(values.filter(value => value <= limit))) as [
      Moments,
      Moments,
    ]
    const error = standardError(a, b)
    return { share, mean: a.mean, difference: b.mean - a.mean, error, t: (b.mean - a.mean) / error }
  })
  const chosen = results.find(({ share }) => share === 0.9) as (typeof results)[number]
  return {
    t: results.map(({ t }) => t).reduce((most, t) => (Math.abs(t) > Math.abs(most) ? t : most)),
    difference: chosen.difference,
    mean: chosen.mean,
    detectable: (LEAK_THRESHOLD + POWER_QUANTILE) * chosen.error,
  }
}
