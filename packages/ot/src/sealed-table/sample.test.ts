import { concat, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { generateKeyPair, oprfRistretto255Sha512 } from '../oprf/index.ts'
import { buildTestTable, recommit, testTableKey } from '../testing/sealed-table.ts'
import {
  drawLeaves,
  leafSamplesCodec,
  openLeaves,
  SAMPLED_LEAVES,
  SealedTable,
  verifyLeaves,
} from './index.ts'
import { joinRow } from './row.ts'

const built = buildTestTable()
const beacon = intl.hash(utf8('a later checkpoint'))
const indexes = drawLeaves(built.commitment, beacon)
const answer = openLeaves(built, testTableKey, indexes, seededRandom('proof'))
const verify = (changes: Partial<typeof answer>) =>
  verifyLeaves(intl, built.commitment, indexes, { ...answer, ...changes })

/** The table with the ciphertext of one row replaced by noise, committed to as it is. */
function plantNoise(index: number) {
  const rows = Array.from({ length: built.table.rowCount }, (_, i) => {
    const row = built.table.row(i)
    return joinRow(i === index ? { ...row, ciphertext: row.ciphertext.map(byte => byte ^ 1) } : row)
  })
  const table = new SealedTable(intl, built.table.parameters, concat(...rows))
  return { ...built, table, commitment: recommit({ ...built.commitment, root: table.root }) }
}

it('draws distinct rows that nobody chose', () => {
  expect(new Set(indexes).size).toBe(SAMPLED_LEAVES)
  expect(drawLeaves(built.commitment, beacon)).toEqual(indexes)
  expect(drawLeaves(built.commitment, intl.hash(beacon))).not.toEqual(indexes)
  expect(drawLeaves({ ...built.commitment, epoch: 8 }, beacon)).not.toEqual(indexes)
  expect(Math.max(...indexes)).toBeLessThan(built.table.rowCount)
})

it('opens every drawn row of an honest table, dummies too', () => {
  const decoded = leafSamplesCodec.decode(leafSamplesCodec.encode(answer))
  expect(verifyLeaves(intl, built.commitment, indexes, decoded)).toHaveLength(SAMPLED_LEAVES)
})

it('finds a planted row that does not open', () => {
  const planted = plantNoise(indexes[3] as number)
  const shown = openLeaves(planted, testTableKey, indexes, seededRandom('proof'))
  expectCode('ERR_VERIFY_OPEN', () => verifyLeaves(intl, planted.commitment, indexes, shown))
})

it('refuses other rows than those drawn, other inputs, other keys and rows of another table', () => {
  const [first, second, ...others] = answer.samples
  if (first === undefined || second === undefined) throw new Error('two rows were drawn')
  expectCode('ERR_VERIFY_DLEQ', () =>
    verify({ samples: [{ ...first, input: second.input }, second, ...others] }),
  )
  const swapped = openLeaves(built, testTableKey, indexes.toReversed(), seededRandom('proof'))
  expectCode('ERR_VERIFY_ROW', () => verify(swapped))
  const otherKey = generateKeyPair(oprfRistretto255Sha512, seededRandom('other key'))
  expectCode('ERR_VERIFY_DLEQ', () => verify(openLeaves(built, otherKey, indexes, seededRandom('proof'))))
  expectCode('ERR_VERIFY_ROW', () =>
    verify({ samples: [{ ...first, row: first.row + 1 }, second, ...others] }),
  )
  expectCode('ERR_VERIFY_DLEQ', () => verifyLeaves(intl, plantNoise(0).commitment, indexes, answer))
})
