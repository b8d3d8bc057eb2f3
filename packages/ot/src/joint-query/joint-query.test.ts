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

const MAX = 2n ** 63n - 1n

/** Books of `count` firms: `everywhere` in all, `nowhere` in none, others by chance; zero and large amounts among them. */
function randomBooks(count: number, seed: string): TestBook[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const book = new Map<string, bigint>([['everywhere', BigInt(random.bytes(3)[0] as number)]])
    for (const subject of ['sometimes', 'seldom', 'other']) {
      const [draw, zero] = random.bytes(2) as unknown as [number, number]
      const amount = zero < 64 ? 0n : new DataView(random.bytes(8).buffer).getBigUint64(0) >> 8n
      if (draw < 128) book.set(subject, amount)
    }
    if (i === 1) book.set('once', MAX)
    return book
  })
}

const totalOf = (books: readonly TestBook[], subject: string) =>
  books.reduce((sum, book) => sum + (book.get(subject) ?? 0n), 0n)
const countOf = (books: readonly TestBook[], subject: string) =>
  BigInt(books.filter(book => book.has(subject)).length)

describe.each([
  [intl, 3],
  [intl, 10],
  [sm, 3],
] as const)('a joint query of suite $id', (suite, count) => {
  const books = randomBooks(count, `books ${count}`)
  const consortium = testConsortium(books, suite)

  it(`opens the total of ${count} firms, for subjects in all books, some, one and none`, async () => {
    for (const subject of ['everywhere', 'sometimes', 'seldom', 'once', 'nowhere']) {
      const asked = testQuery(consortium, subject)
      const { values, shares } = await gatherJoint(consortium, asked)
      expect(openJointTotal(asked.query.statement, values, shares)).toBe(totalOf(books, subject))
    }
  })

  it(`opens how many of ${count} firms have the subject`, async () => {
    for (const subject of ['everywhere', 'sometimes', 'nowhere']) {
      const asked = testQuery(consortium, subject, { output: { kind: 'count' } })
      const { values, shares } = await gatherJoint(consortium, asked)
      expect(openJointTotal(asked.query.statement, values, shares)).toBe(countOf(books, subject))
    }
  })

  it('says whether the total reaches a threshold', async () => {
    const total = totalOf(books, 'everywhere')
    for (const threshold of [1n, total, total + 1n, 2n ** 62n]) {
      const output = { kind: 'atLeastFen', threshold } as const
      const asked = testQuery(consortium, 'everywhere', { output })
      const [client, server] = await comparisonSession(
        consortium,
        asked,
        await gatherJoint(consortium, asked),
      )
      expect(server).toHaveProperty('status', 'fulfilled')
      expect(client).toHaveProperty('value.isAtLeast', total >= threshold)
    }
  })
})
