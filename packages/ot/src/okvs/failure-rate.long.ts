import { systemRandom } from '@mixun/core/random'
import { wasmSparse } from '@mixun/core/sparse'
import { seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { decodeOkvs, encodeOkvs } from './okvs.ts'
import { okvsColumns, okvsRandomBand256 } from './params.ts'
import { rowsOf } from './rows.ts'
import { solve } from './solve.ts'

/** −log2 of the failure of one encoding by the source's fit for n = 2^20, in proportion to n. */
const fittedBits = (count: number, bandBits: number) => 0.2691 * bandBits - 15.21 + 20 - Math.log2(count)

describe('encoding fails as often as the fit says', () => {
  it.each([
    { count: 2_000, bandBits: 32, runs: 2_000 },
    { count: 2 ** 13, bandBits: 32, runs: 400 },
    { count: 2 ** 15, bandBits: 64, runs: 2_000 },
  ])('$count items, band of $bandBits bits', { timeout: 1_200_000 }, ({ count, bandBits, runs }) => {
    const parameters = { ...okvsRandomBand256, bandBits }
    const columns = okvsColumns(parameters, count)
    // The same stores in every run: failures are few, and their number spreads.
    const random = seededRandom(`stores of ${count} items`)
    const keys = random.bytes(16 * count)
    let failures = 0
    for (let run = 0; run < runs; run++) {
      const rows = rowsOf(parameters, columns, random.bytes(16), keys)
      const solution = solve(
        columns,
        rows,
        new Uint8Array(8 * count),
        8,
        new Uint8Array(8 * (columns - count)),
        wasmSparse,
      )
      if (!(solution instanceof Uint8Array)) failures++
    }
    // Failures in a store are rare and far apart: P = 1 − e^(−expected).
    const expected = runs * (1 - Math.exp(-(2 ** -fittedBits(count, bandBits))))
    expect(expected).toBeGreaterThan(12)
    expect(failures).toBeGreaterThan(expected / 2.5)
    expect(failures).toBeLessThan(expected * 2.5)
  })
})

it('holds 2^20 items', () => {
  const count = 2 ** 20
  const items = {
    keys: systemRandom.bytes(16 * count),
    values: systemRandom.bytes(16 * count),
    valueBytes: 16,
  }
  const store = encodeOkvs(okvsRandomBand256, items, systemRandom)
  expect(store.columns.length / count).toBeLessThan(17.7)
  expect(Buffer.compare(decodeOkvs(store, items.keys), items.values)).toBe(0)
})
