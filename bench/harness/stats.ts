/** What a list of samples comes to, in the unit of the samples. */
export interface Summary {
  readonly count: number
  /** The median, p50. */
  readonly median: number
  readonly p99: number
  readonly mean: number
  /** Median absolute deviation from the median: spread that one outlier does not move. */
  readonly mad: number
  readonly min: number
  readonly max: number
}

/** @throws RangeError for no samples, or one that is not finite */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = quantile(sorted, 0.5)
  return {
    count: sorted.length,
    median: middle,
    p99: quantile(sorted, 0.99),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    mad: median(sorted.map(value => Math.abs(value - middle))),
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
  }
}

export function median(samples: readonly number[]): number {
  return quantile(
    samples.toSorted((a, b) => a - b),
    0.5,
  )
}

/**
 * Quantile `q` of sorted samples, interpolated linearly between neighbours (Hyndman and Fan, definition 7): with fewer
 * than a hundred samples p99 lies near the largest.
 *
 * @throws RangeError for no samples, or one that is not finite
 */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) throw new RangeError('expected at least one sample')
  if (!sorted.every(Number.isFinite)) throw new RangeError('expected finite samples')
  const position = (sorted.length - 1) * q
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (high - low) * (position - below)
}
