import { expectCodeAsync } from '@mixun/core/testing'
import { expect, test } from 'vitest'
import { signAppendReceipt } from '../ledger/append-receipt.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { ledgerWith, openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'

const consortium = new TestConsortium()
const { association: identity, anchor } = consortium
const BUCKET_MS = 300_000

/** The ledger's entries with one of them signed as sequenced at another time. */
function redated(ledger: SqliteLedger, index: number, sequencedAt: number): Ledger {
  const redate = (stored: StoredEntry): StoredEntry => {
    if (stored.index !== index) return stored
    const leafHash = entryLeafHash(identity.suite, entryCodec.encode(stored.entry))
    const body = { entryId: stored.entry.id, index, leafHash, sequencedAt }
    const { signature } = signAppendReceipt(anchor, identity.signingKey, body)
    return new StoredEntry({ index, bytes: stored.bytes, sequencedAt, receiptSignature: signature })
  }
  const entries: Ledger['entries'] = async (from, limit) => (await ledger.entries(from, limit)).map(redate)
  return ledgerWith(ledger, { entries })
}

test('a sequencer whose clock was set back goes on with its newest time, and mirrors hold it to that', async () => {
  let clock = TEST_NOW
  const ledger = openTestLedger(consortium, { now: () => clock })
  const [first, ...rest] = consortium.opening()
  await ledger.append(first as never)
  clock -= 60_000
  await ledger.appendMany(rest)
  const times = (await ledger.entries(0, 100)).map(stored => stored.sequencedAt)
  expect(new Set(times)).toEqual(new Set([TEST_NOW]))
  const mirror = openTestMirror(consortium, null)
  const error = await expectCodeAsync('ERR_LEDGER_RULES', mirror.sync(redated(ledger, 1, TEST_NOW - 1_000)))
  expect(error.details).toMatchObject({ index: 1, rule: 'ERR_LEDGER_CLOCK' })
  await mirror.sync(ledger)
  mirror.close()
  await ledger.close()
})

test('the time of a sealed entry is one of five minutes, and as such never goes back', async () => {
  // Four minutes into a bucket.
  const start = TEST_NOW - (TEST_NOW % BUCKET_MS) + BUCKET_MS + 240_000
  let clock = TEST_NOW
  const ledger = openTestLedger(consortium, { now: () => clock })
  await ledger.appendMany(consortium.opening())
  const sealed = () => consortium.anyEntry()
  const exact = () =>
    consortium.entry('xiehui', 'points-grant', { partyId: 'jia', amount: 1, reason: 'drill' })
  clock = start
  await ledger.append(exact())
  clock -= 60_000
  await ledger.append(sealed())
  await ledger.append(exact())
  clock = start + 120_000
  await ledger.append(sealed())
  clock = start
  await ledger.append(exact())
  await ledger.append(sealed())
  const bucket = start - 240_000
  const times = (await ledger.entries(8, 10)).map(stored => stored.sequencedAt)
  expect(times).toEqual([bucket, start, bucket + BUCKET_MS, bucket + BUCKET_MS, bucket + BUCKET_MS])
  ledger.verify()
  const mirror = openTestMirror(consortium, null)
  for (const [index, time] of [
    [8, bucket - BUCKET_MS], // a bucket that ended before the entry ahead of it
    [9, bucket], // back behind the exact times, not behind the bucket between
    [11, bucket + BUCKET_MS - 1], // back behind the bucket, which had begun
    [12, bucket],
  ] as const) {
    const error = await expectCodeAsync('ERR_LEDGER_RULES', mirror.sync(redated(ledger, index, time)))
    expect(error.details).toMatchObject({ index, rule: 'ERR_LEDGER_CLOCK' })
  }
  await mirror.sync(ledger)
  mirror.verify()
  mirror.close()
  await ledger.close()
})
