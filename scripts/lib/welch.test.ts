import { describe, expect, it } from 'vitest'
import { compareClasses, LEAK_THRESHOLD, moments, standardError } from './welch.ts'

/** Reproducible values about `mean`, with a standard deviation of 10 and some outliers. */
function noisy(count: number, mean: number, seed: number): number[] {
  let state = seed
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, i) => {
    const sum = Array.from({ length: 12 }, uniform).reduce((a, b) => a + b)
    return mean + 10 * (sum - 6) + (i % 50 === 0 ? 500 : 0)
  })
}

describe('Welch comparison', () => {
  it('has the textbook moments and standard error', () => {
    expect(moments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, variance: 32 / 7 })
    const [a, b] = [moments([1, 2, 3]), moments([2, 4, 6, 8])]
    expect(standardError(a, b)).toBeCloseTo(Math.sqrt(1 / 3 + 20 / 3 / 4))
  })

  it('finds a difference above the detectable one, and none in equal classes', () => {
    const equal = compareClasses(noisy(4_000, 100, 0), noisy(4_000, 100, 1))
    expect(Math.abs(equal.t)).toBeLessThan(LEAK_THRESHOLD)
    const shift = 2 * equal.detectable
    const shifted = compareClasses(noisy(4_000, 100, 0), noisy(4_000, 100 + shift, 1))
    expect(shifted.t).toBeGreaterThan(LEAK_THRESHOLD)
    expect(shifted.difference).toBeGreaterThan(0)
  })
})
