import type { MixunError } from '@mixun/core/errors'
import { verifyConsistency } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { fromHex } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from '../checkpoint/checkpoint.ts'
import { verifyFork } from '../checkpoint/fork.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { ledgerWith, openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import type { LedgerMirror } from './ledger-mirror.ts'

describe.each([intl, sm])('a fork that is found while synchronising, suite $id', suite => {
  let consortium: TestConsortium
  let ledger: SqliteLedger
  let other: SqliteLedger
  let mirror: LedgerMirror

  const append = (to: SqliteLedger, count: number) => to.appendMany(consortium.anyEntries(count))
  const syncFork = (from: Ledger): Promise<MixunError> =>
    expectCodeAsync('ERR_LEDGER_FORK', mirror.sync(from))

  beforeEach(async () => {
    consortium = new TestConsortium(undefined, undefined, suite)
    const opening = consortium.opening()
    ;[ledger, other] = [openTestLedger(consortium), openTestLedger(consortium)]
    for (const each of [ledger, other]) await each.appendMany(opening)
    mirror = openTestMirror(consortium, 'jia')
  })
  afterEach(async () => {
    mirror.close()
    await ledger.close()
    await other.close()
  })

  test('is proven to any stranger, at every size of what was verified, complete trees too', async () => {
    const { size } = ledger
    const sizes = Array.from({ length: 9 }, (_, i) => size + 1 + i)
    expect(sizes.some(each => Number.isInteger(Math.log2(each)))).toBe(true)
    await append(other, 20)
    for (const each of sizes) {
      await append(ledger, each - ledger.size)
      await mirror.sync(ledger)
      const { details } = await syncFork(other)
      expect(details).toMatchObject({ reason: 'inconsistent', firstSize: each, secondSize: other.size })
      verifyFork(consortium.verifierKey, details)
    }
    expect(mirror.size).toBe(ledger.size)
  })

  test('of one size, or of a tree that is smaller here, is proven from what is here', async () => {
    await append(ledger, 5)
    await mirror.sync(ledger)
    for (const count of [2, 3]) {
      await append(other, count)
      const { details } = await syncFork(other)
      expect(details).toMatchObject({ reason: 'inconsistent', secondSize: other.size })
      verifyFork(consortium.verifierKey, details)
    }
  })

  test('is called a fork and not a breach of rules, when its entries do not fit', async () => {
    const consent = consortium.anyEntry()
    await ledger.append(consent)
    await mirror.sync(ledger)
    await append(other, 1)
    // Already on record here.
    await other.append(consent)
    await append(other, 3)
    const { details } = await syncFork(other)
    expect(details).toMatchObject({ reason: 'inconsistent', firstSize: ledger.size })
    verifyFork(consortium.verifierKey, details)
  })

  test('leaves no proof when the ledger proves nothing', async () => {
    await append(ledger, 1)
    await mirror.sync(ledger)
    await append(other, 4)
    const noise = async () => [consortium.bytes(32)]
    const { details } = await syncFork(ledgerWith(other, { proveConsistency: noise }))
    expect(details).toMatchObject({ reason: 'inconsistent', proof: null })
    const root = consortium.bytes(32)
    const head = signCheckpoint(consortium.association, { origin: TEST_ORIGIN, size: ledger.size + 1, root })
    await append(ledger, 1)
    const nowhere = await syncFork(ledgerWith(ledger, { checkpoint: async () => head }))
    expect(nowhere.details).toMatchObject({ reason: 'inconsistent', proof: null })
    expect((await mirror.sync(ledger)).size).toBe(ledger.size)
  })

  test('of a tree that was cut off half-way is proven by the checkpoint that it was on the way to', async () => {
    await append(ledger, 150)
    let pages = 0
    const cut = ledgerWith(ledger, {
      entries: async (from, limit) => {
        if (++pages > 1) throw new Error('cut off')
        return ledger.entries(from, limit)
      },
    })
    await expect(mirror.sync(cut)).rejects.toThrow('cut off')
    expect(mirror.checkpoint).toBeNull()
    await append(other, 160)
    const { details } = await syncFork(other)
    expect(details).toMatchObject({ firstSize: ledger.size, secondSize: other.size })
    verifyFork(consortium.verifierKey, details)
  })

  test('a rollback alone shows that the larger checkpoint continues the smaller', async () => {
    const early = await ledger.checkpoint()
    await append(ledger, 3)
    await mirror.sync(ledger)
    const { details } = await syncFork(ledgerWith(ledger, { checkpoint: async () => early }))
    expect(details).toMatchObject({ reason: 'rollback', secondCheckpoint: early.text })
    const { publicKey } = consortium.association.signingKey
    const larger = openCheckpoint(
      { ...consortium.verifierKey, publicKey },
      String(details['firstCheckpoint']),
    )
    const nodes = String(details['proof']).split(' ').map(fromHex)
    verifyConsistency(suite.hash, early.size, larger.size, nodes, early.root, larger.root)
    // Which is no fork.
    expectCode('ERR_VERIFY_ROOT', () => verifyFork(consortium.verifierKey, details))
  })
})
