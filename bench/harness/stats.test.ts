import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { median, quantile, summarize } from './stats.ts'

describe('summarize', () => {
  it('gives the figures of a small list, in any order', () => {
    expect(summarize([9, 1, 2, 4, 3])).toEqual({
      count: 5,
      median: 3,
      p99: 9 - 0.04 * 5,
      mean: 3.8,
      mad: 1,
      min: 1,
      max: 9,
    })
  })

  it('takes the mean of the two middle samples of an even list', () => {
    expect(median([1, 10, 2, 20])).toBe(6)
  })

  it('has a spread that one outlier does not move', () => {
    expect(summarize([5, 5.1, 4.9, 5, 1_000]).mad).toBeCloseTo(0.1)
  })

  it('takes one sample for all figures', () => {
    expect(summarize([7])).toEqual({ count: 1, median: 7, p99: 7, mean: 7, mad: 0, min: 7, max: 7 })
  })

  it('leaves the samples as they were', () => {
    const samples = [3, 1, 2]
    summarize(samples)
    expect(samples).toEqual([3, 1, 2])
  })

  it('refuses an empty list and samples that are not finite', () => {
    expect(() => summarize([])).toThrow(RangeError)
    expect(() => summarize([1, Number.NaN])).toThrow(RangeError)
    expect(() => summarize([1, Number.POSITIVE_INFINITY])).toThrow(RangeError)
  })
})

it('quantiles rise with q and stay within the samples', () => {
  const samples = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 50 })
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(samples, fraction, fraction, (list, a, b) => {
      const sorted = list.toSorted((x, y) => x - y)
      const low = quantile(sorted, Math.min(a, b))
      const high = quantile(sorted, Math.max(a, b))
      expect(low).toBeLessThanOrEqual(high + 1e-9)
      expect(quantile(sorted, 0)).toBe(sorted[0])
      expect(quantile(sorted, 1)).toBe(sorted.at(-1))
    }),
  )
})
