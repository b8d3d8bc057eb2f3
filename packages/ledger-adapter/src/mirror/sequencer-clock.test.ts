import { expectCodeAsync } from '@mixun/core/testing'
import { expect, test } from 'vitest'
import { signAppendReceipt } from '../ledger/append-receipt.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import type { Ledger, StoredEntry } from '../ledger/ledger.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { TEST_NOW, TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import { LedgerMirror } from './ledger-mirror.ts'

const consortium = new TestConsortium()
const { association: identity, anchor, verifiers } = consortium
const decryptionKey = consortium.reader('xiehui').key

/** The ledger's entries with the second one signed as sequenced a second before the first. */
function backdated(ledger: SqliteLedger): Ledger {
  const redate = (stored: StoredEntry): StoredEntry => {
    if (stored.index !== 1) return stored
    const sequencedAt = stored.sequencedAt - 1_000
    const leafHash = entryLeafHash(identity.suite, entryCodec.encode(stored.entry))
    const body = { entryId: stored.entry.id, index: 1, leafHash, sequencedAt }
    const { signature } = signAppendReceipt(anchor, identity.signingKey, body)
    return { ...stored, sequencedAt, receiptSignature: signature }
  }
  return {
    append: entry => ledger.append(entry),
    checkpoint: () => ledger.checkpoint(),
    entries: async (from, limit) => (await ledger.entries(from, limit)).map(redate),
    proveInclusion: (index, size) => ledger.proveInclusion(index, size),
    proveConsistency: (first, second) => ledger.proveConsistency(first, second),
    cosign: note => ledger.cosign(note),
    balance: party => ledger.balance(party),
    close: () => ledger.close(),
  }
}

test('a sequencer whose clock was set back goes on with its newest time, and mirrors hold it to that', async () => {
  let clock = TEST_NOW
  const file = ':memory:'
  const ledger = SqliteLedger.open({
    file,
    identity,
    decryptionKey,
    origin: TEST_ORIGIN,
    verifiers,
    now: () => clock,
  })
  const [first, ...rest] = consortium.opening()
  await ledger.append(first as never)
  clock -= 60_000
  await ledger.appendMany(rest)
  const times = (await ledger.entries(0, 100)).map(stored => stored.sequencedAt)
  expect(new Set(times)).toEqual(new Set([TEST_NOW]))
  const mirror = LedgerMirror.open({ file, anchor, verifiers })
  const error = await expectCodeAsync('ERR_LEDGER_RULES', mirror.sync(backdated(ledger)))
  expect(error.details).toMatchObject({ index: 1, rule: 'ERR_LEDGER_CLOCK' })
  await mirror.sync(ledger)
  mirror.close()
  await ledger.close()
})
