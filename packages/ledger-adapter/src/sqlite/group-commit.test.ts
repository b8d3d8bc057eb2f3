import { expect, test } from 'vitest'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { Appended } from '../ledger/ledger.ts'
import { GroupCommit } from './group-commit.ts'

const entry = (id: number) => ({ id: Uint8Array.of(id) }) as LedgerEntry
const done = (value: number) => ({ status: 'fulfilled', value: value as unknown as Appended }) as const

/** Commits that note their groups; the entry 13 is refused, 99 fails the whole commit. */
function commits() {
  const groups: number[][] = []
  const commit = new GroupCommit(async entries => {
    const ids = entries.map(({ id }) => id[0] as number)
    groups.push(ids)
    if (ids.includes(99)) throw new Error('disk full')
    return ids.map(id => (id === 13 ? { status: 'rejected', reason: new Error('refused') } : done(id)))
  })
  return { groups, commit }
}

test('what waits together is committed together, in order, at most 256 at once', async () => {
  const { groups, commit } = commits()
  const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => commit.append(entry(i % 10))))
  expect(answers).toEqual(Array.from({ length: 300 }, (_, i) => i % 10))
  expect(groups.map(group => group.length)).toEqual([256, 44])
})

test('each is answered for itself, and a commit that fails for all of it', async () => {
  const { groups, commit } = commits()
  const settled = await Promise.allSettled([1, 13, 2].map(id => commit.append(entry(id))))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const failed = await Promise.allSettled([3, 99].map(id => commit.append(entry(id))))
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(groups).toEqual([
    [1, 13, 2],
    [3, 99],
  ])
})

test('what an answer causes at once is committed too', async () => {
  const { groups, commit } = commits()
  for (let id = 0; id < 5; id++) await commit.append(entry(id))
  await commit.append(entry(5)).then(() => commit.append(entry(6)))
  expect(groups).toHaveLength(7)
  await commit.flushed()
})
