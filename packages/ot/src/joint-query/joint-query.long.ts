import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import {
  comparisonSession,
  gatherJoint,
  type TestBook,
  testConsortium,
  testQuery,
} from '../testing/joint-query.ts'
import { openJointTotal } from './index.ts'

/** Books of 3 to 10 firms in which each of four subjects is by chance; a quarter of the amounts is 0, a few are large. */
function randomBooks(seed: string): TestBook[] {
  const random = seededRandom(seed)
  const byte = () => random.bytes(1)[0] as number
  const amount = () => {
    const bits = [0, 8, 32, 59][byte() % 4] as number
    return BigInt.asUintN(bits, new DataView(random.bytes(8).buffer).getBigUint64(0))
  }
  return Array.from({ length: 3 + (byte() % 8) }, () => {
    const there = ['a', 'b', 'c', 'd'].filter(() => byte() < 128)
    return new Map(there.map(subject => [subject, amount()]))
  })
}

describe.each([intl, sm])('joint queries of suite $id', suite => {
  it.each(Array.from({ length: 8 }, (_, i) => i))('equal the plain sums of random books %i', async i => {
    const books = randomBooks(`${suite.id} ${i}`)
    const consortium = testConsortium(books, suite, `random ${i}`)
    for (const subject of ['a', 'b', 'nobody']) {
      const held = books.flatMap(book => book.get(subject) ?? [])
      const total = held.reduce((sum, amount) => sum + amount, 0n)
      const asked = testQuery(consortium, subject)
      const { values, shares } = await gatherJoint(consortium, asked)
      expect(openJointTotal(asked.query.statement, values, shares)).toBe(total)
      const counting = testQuery(consortium, subject, { output: { kind: 'count' }, intent: 'count' })
      const counted = await gatherJoint(consortium, counting)
      expect(openJointTotal(counting.query.statement, counted.values, counted.shares)).toBe(
        BigInt(held.length),
      )
      for (const threshold of [total, total + 1n].filter(each => each > 0n)) {
        const output = { kind: 'atLeastFen', threshold } as const
        const compared = testQuery(consortium, subject, { output, intent: `at least ${threshold}` })
        const gathered = await gatherJoint(consortium, compared)
        const [client] = await comparisonSession(consortium, compared, gathered)
        expect(client).toHaveProperty('value.isAtLeast', total >= threshold)
      }
    }
  })
})
