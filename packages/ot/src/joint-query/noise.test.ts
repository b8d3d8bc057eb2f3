import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { gatherJoint, testConsortium, testQuery } from '../testing/joint-query.ts'
import { openJointTotal } from './index.ts'
import { noiseShare } from './noise.ts'

/** χ² of counts against probabilities of the same cells. */
function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce(
    (sum, count, i) => sum + (count - (expected[i] as number)) ** 2 / (expected[i] as number),
    0,
  )
}

const SUMS = 6_000

describe.each([
  { firms: 3, scale: 1 },
  { firms: 3, scale: 5 },
  { firms: 10, scale: 5 },
])('the noise of $firms firms at scale $scale', ({ firms, scale }) => {
  const random = seededRandom(`noise ${firms} ${scale}`)
  const shares = Array.from({ length: SUMS * firms }, () => noiseShare(scale, firms, random))
  const sums = Array.from({ length: SUMS }, (_, i) =>
    Number(shares.slice(firms * i, firms * (i + 1)).reduce((a, b) => a + b)),
  )

  it('sums to a discrete Laplace law', () => {
    const p = Math.exp(-1 / scale)
    const mass = (x: number) => ((1 - p) / (1 + p)) * p ** Math.abs(x)
    const edge = 2 * scale
    const cells = Array.from({ length: 2 * edge + 1 }, (_, i) => i - edge)
    const tail = cells.reduce((rest, x) => rest - mass(x), 1)
    const counts = cells.map(x => sums.filter(sum => sum === x).length)
    const expected = cells.map(x => SUMS * mass(x))
    const outside = sums.filter(sum => Math.abs(sum) > edge).length
    // Mean of χ² with m degrees of freedom is m, its deviation √(2m): five of them.
    const degrees = cells.length
    expect(chiSquare([...counts, outside], [...expected, SUMS * tail])).toBeLessThan(
      degrees + 5 * Math.sqrt(2 * degrees),
    )
  })

  it('has shares of the Pólya law: most are 0, and each is a fair one', () => {
    // P = Q = 0 has probability (1 − p)^(2/n) at least.
    const zeros = shares.filter(share => share === 0n).length / shares.length
    expect(zeros).toBeGreaterThan((1 - Math.exp(-1 / scale)) ** (2 / firms) - 0.02)
    const mean = Number(shares.reduce((a, b) => a + b)) / shares.length
    const variance = shares.reduce((sum, x) => sum + Number(x) ** 2, 0) / shares.length
    const p = Math.exp(-1 / scale)
    const due = (2 * p) / (1 - p) ** 2 / firms
    expect(Math.abs(variance / due - 1)).toBeLessThan(0.15)
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(due / shares.length))
  })
})

it('noise follows from its source, at any scale, and nothing else is one', () => {
  for (const scale of [1, 7, 1_000_000, 2 ** 40]) {
    const draw = () => noiseShare(scale, 10, seededRandom(`scale ${scale}`))
    expect(draw()).toBe(draw())
  }
  const large = Array.from({ length: 400 }, (_, i) => noiseShare(2 ** 40, 3, seededRandom(`large ${i}`)))
  const deviation = Math.sqrt(large.reduce((sum, x) => sum + Number(x) ** 2, 0) / large.length)
  expect(deviation / (Math.sqrt(2 / 3) * 2 ** 40)).toBeGreaterThan(0.7)
  expect(deviation / (Math.sqrt(2 / 3) * 2 ** 40)).toBeLessThan(1.3)
  const random = seededRandom('refused')
  for (const scale of [0, 0.5, 2 ** 40 + 1])
    expectCode('ERR_INPUT_RANGE', () => noiseShare(scale, 10, random))
  expectCode('ERR_INPUT_RANGE', () => noiseShare(5, 2, random))
})

it('a total with noise is near the plain one, and may be negative', async () => {
  const consortium = testConsortium(
    [1n, 0n, 2n].map(amount => new Map([['zhang', amount]])),
    intl,
  )
  const totals = new Set<bigint>()
  for (let i = 0; i < 8; i++) {
    const asked = testQuery(consortium, 'zhang', { intent: `noisy ${i}`, noise: { scale: 100 } })
    const { values, shares } = await gatherJoint(consortium, asked)
    totals.add(openJointTotal(asked.query.statement, values, shares))
  }
  expect(totals.size).toBeGreaterThan(6)
  expect([...totals].some(total => total < 0n)).toBe(true)
  expect([...totals].every(total => total > -2_000n && total < 2_000n)).toBe(true)
})
