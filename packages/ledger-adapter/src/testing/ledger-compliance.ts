import { toHex } from '@mixun/core/bytes'
import type { ErrorCode } from '@mixun/core/errors'
import { MemoryTree, verifyConsistency, verifyInclusion } from '@mixun/core/merkle'
import { intl, type Suite, sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { openCheckpoint } from '../checkpoint/checkpoint.ts'
import { verifyAppendReceipt } from '../ledger/append-receipt.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { verifyIntentReceipt } from '../ledger/intent-receipt.ts'
import type { Appended, Ledger } from '../ledger/ledger.ts'
import { entryCodec, type LedgerEntry } from '../ledger/ledger-entry.ts'
import { TestConsortium, JIA_ASKS } from './test-consortium.ts'

/** A driver under test: an empty ledger with the fakes of this folder, as each party reaches it. */
export interface LedgerHarness {
  as(partyId: string): Ledger
  close(): Promise<void>
}

/** What every driver of {@link Ledger} does alike, in each suite. Called at the top of a test file. */
export function describeLedger(
  name: string,
  make: (consortium: TestConsortium) => Promise<LedgerHarness>,
): void {
  for (const suite of [intl, sm]) describeLedgerIn(suite, name, make)
}

function describeLedgerIn(
  suite: Suite,
  name: string,
  make: (consortium: TestConsortium) => Promise<LedgerHarness>,
): void {
  describe(`${name} as a ledger in suite ${suite.id}`, () => {
    let harness: LedgerHarness
    afterEach(() => harness.close())

    async function open(): Promise<TestConsortium> {
      consortium = new TestConsortium(undefined, undefined, suite)
      harness = await make(consortium)
      return consortium
    }
    let consortium: TestConsortium
    const append = (entry: LedgerEntry): Promise<Appended> =>
      harness.as(consortium.authorOf(entry)).append(entry)
    const expectRefusal = (code: ErrorCode, entry: LedgerEntry) => expectCodeAsync(code, append(entry))
    async function opened(): Promise<TestConsortium> {
      const consortium = await open()
      for (const entry of consortium.opening()) await append(entry)
      return consortium
    }

    test('gives every entry the next index and a receipt that the sequencer signed', async () => {
      const consortium = await open()
      const entries = consortium.opening()
      for (const [index, entry] of entries.entries()) {
        const { receipt, intentReceipt } = await append(entry)
        verifyAppendReceipt(consortium.anchor, receipt)
        expect(receipt).toMatchObject({ entryId: entry.id, index })
        expect(receipt.leafHash).toEqual(entryLeafHash(suite, entryCodec.encode(entry)))
        expect(intentReceipt).toBeNull()
      }
      const stored = await harness.as('jia').entries(0, 100)
      expect(stored.map(({ entry }) => entryCodec.encode(entry))).toEqual(entries.map(entryCodec.encode))
      expect(stored.map(({ index }) => index)).toEqual(entries.map((_, index) => index))
      expect(await harness.as('jia').entries(2, 3)).toEqual(stored.slice(2, 5))
      expect(await harness.as('jia').entries(entries.length, 5)).toEqual([])
    })

    test('answers the same entry with the same receipt and appends it once', async () => {
      const consortium = await opened()
      const entry = consortium.anyEntry()
      const first = await append(entry)
      const { size } = await harness.as('jia').checkpoint()
      expect(await append(entry)).toEqual(first)
      expect((await harness.as('jia').checkpoint()).size).toBe(size)
    })

    test('refuses an id that stands for other bytes', async () => {
      const consortium = await opened()
      const entry = consortium.anyEntry()
      await append(entry)
      const other = consortium.sign('jia', 'consent', consortium.consent('jia'))
      await expectRefusal('ERR_LEDGER_ID_CONFLICT', consortium.seal({ ...other, id: entry.id }))
    })

    test('signs checkpoints over the RFC 9162 tree of the encoded entries, from the empty one on', async () => {
      const consortium = await open()
      const { anchor } = consortium
      const tree = new MemoryTree(suite.hash)
      const key = { name: anchor.origin, suite, publicKey: anchor.association.publicKey }
      const ledger = harness.as('xiehui')
      expect(openCheckpoint(key, (await ledger.checkpoint()).text)).toMatchObject({
        size: 0,
        root: suite.hash(),
      })
      for (const entry of consortium.opening()) {
        await append(entry)
        tree.append(entryLeafHash(suite, entryCodec.encode(entry)))
        const checkpoint = await ledger.checkpoint()
        expect(openCheckpoint(key, checkpoint.text)).toEqual(checkpoint)
        expect(checkpoint).toMatchObject({ origin: anchor.origin, size: tree.size, root: tree.root() })
      }
      expect(await ledger.checkpoint()).toEqual(await ledger.checkpoint())
    })

    test('proves every entry under every later checkpoint, and every checkpoint consistent with the later', async () => {
      const consortium = await open()
      const ledger = harness.as('jia')
      const checkpoints = [await ledger.checkpoint()]
      const leaves: Uint8Array[] = []
      for (const entry of consortium.opening()) {
        leaves.push((await append(entry)).receipt.leafHash)
        checkpoints.push(await ledger.checkpoint())
      }
      expect(checkpoints.map(({ size }) => size)).toEqual([0, ...leaves.map((_, i) => i + 1)])
      for (const { size, root } of checkpoints) {
        for (let index = 0; index < size; index++) {
          const proof = await ledger.proveInclusion(index, size)
          verifyInclusion(suite.hash, index, size, leaves[index] as Uint8Array, proof, root)
        }
        for (const later of checkpoints.slice(size)) {
          const proof = await ledger.proveConsistency(size, later.size)
          verifyConsistency(suite.hash, size, later.size, proof, root, later.root)
        }
      }
    })

    test('refuses indices, sizes and limits out of range', async () => {
      const consortium = await opened()
      const ledger = harness.as('jia')
      const { size } = await ledger.checkpoint()
      await append(consortium.anyEntry())
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.proveInclusion(size, size))
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.proveInclusion(0, size + 2))
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.proveConsistency(2, 1))
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.proveConsistency(1, size + 2))
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.entries(0, 0))
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.entries(0, 10_001))
      await expectCodeAsync('ERR_INPUT_RANGE', ledger.entries(-1, 1))
    })

    test('takes an inquiry from consent over intent receipt to outcome, with its points', async () => {
      const consortium = await opened()
      const ledger = harness.as('jia')
      // jia: 100 on admission, 10 for a table of a thousand rows.
      expect(await ledger.balance('jia')).toEqual({ available: 110, reserved: 0, spent: 0, earned: 110 })
      const consent = consortium.consent('jia')
      const intent = consortium.intent(consent, JIA_ASKS)
      await append(consortium.entry('jia', 'consent', consent))
      const { receipt, intentReceipt } = await append(consortium.entry('jia', 'intent', intent))
      const signed = verifyIntentReceipt(consortium.anchor, intentReceipt as Uint8Array)
      expect({ ...intent, ...receipt }).toMatchObject(signed)
      expect(await ledger.balance('jia')).toEqual({ available: 104, reserved: 6, spent: 0, earned: 110 })
      await append(consortium.entry('jia', 'outcome', consortium.outcome(intent, ['evaluated', 'refused'])))
      expect(await ledger.balance('jia')).toEqual({ available: 107, reserved: 0, spent: 3, earned: 110 })
      expect(await harness.as('yi').balance('yi')).toMatchObject({ available: 110 })
    })

    test('writes nothing when a rule is broken', async () => {
      const consortium = await opened()
      const { size } = await harness.as('jia').checkpoint()
      const consent = consortium.consent('jia')
      await expectRefusal('ERR_LEDGER_TABLE_EXISTS', consortium.entry('yi', 'table', consortium.table('yi')))
      await expectRefusal(
        'ERR_CONSENT_UNKNOWN',
        consortium.entry('jia', 'intent', consortium.intent(consent, JIA_ASKS)),
      )
      await expectRefusal('ERR_LEDGER_AUTHOR', consortium.entry('jia', 'consent', consortium.consent('yi')))
      const foreign = consortium.consent('jia', { commitment: consortium.bytes(suite.id === 'sm' ? 32 : 33) })
      await expectRefusal('ERR_DECODE_LENGTH', consortium.entry('jia', 'consent', foreign))
      const signed = consortium.sign('jia', 'consent', consent)
      const forged = { ...signed, signature: consortium.bytes(64) }
      await expectRefusal('ERR_VERIFY_SIGNATURE', consortium.seal(forged))
      await expectRefusal('ERR_LEDGER_UNSEALED', signed)
      const entry = consortium.seal(signed)
      expect((await harness.as('jia').checkpoint()).size).toBe(size)
      await append(entry)
    })

    test('tells price and balance when the points do not suffice', async () => {
      const consortium = await opened()
      const consent = consortium.consent('jia', { maxUses: 100 })
      await append(consortium.entry('jia', 'consent', consent))
      for (let i = 0; i < 18; i++)
        await append(consortium.entry('jia', 'intent', consortium.intent(consent, JIA_ASKS)))
      const error = await expectRefusal(
        'ERR_POINTS_INSUFFICIENT',
        consortium.entry('jia', 'intent', consortium.intent(consent, JIA_ASKS)),
      )
      expect(error.details).toMatchObject({ required: 6, available: 2 })
      const priced = consortium.intent(consent, JIA_ASKS, { price: 1 })
      const wrongPrice = await expectRefusal('ERR_POINTS_PRICE', consortium.entry('jia', 'intent', priced))
      expect(wrongPrice.details).toMatchObject({ required: 6 })
    })

    test('refuses an entry that is dated ahead, and an intent that is dated back', async () => {
      const consortium = await opened()
      const consent = consortium.consent('jia')
      await append(consortium.entry('jia', 'consent', consent, consortium.now() - 3_600_000))
      const ahead = consortium.entry('jia', 'consent', consortium.consent('jia'), consortium.now() + 120_001)
      await expectRefusal('ERR_LEDGER_CLOCK', ahead)
      const back = consortium.entry(
        'jia',
        'intent',
        consortium.intent(consent, JIA_ASKS),
        consortium.now() - 120_001,
      )
      await expectRefusal('ERR_LEDGER_CLOCK', back)
    })

    test('refuses what a deadline or a change of rules would run from, dated back', async () => {
      const consortium = await opened()
      const [ticketId, commitment] = [consortium.bytes(16), consortium.bytes(32)]
      const ticket = { ticketId, about: 'record' as const, addressee: 'yi', commitment, price: 5 }
      const then = consortium.now() - 120_001
      await expectRefusal('ERR_LEDGER_CLOCK', consortium.entry('jia', 'ticket', ticket, then))
      await append(consortium.entry('jia', 'ticket', ticket))
      const retired = { parameters: 'sealedtable_r256_c1', status: 'retired' as const, from: then }
      await expectRefusal('ERR_LEDGER_CLOCK', consortium.entry('xiehui', 'parameters', retired, then))
    })

    test('sequences appends that run side by side', async () => {
      const consortium = await opened()
      const entries = Array.from({ length: 40 }, () =>
        consortium.entry('yi', 'consent', consortium.consent('yi')),
      )
      const { size } = await harness.as('yi').checkpoint()
      const appended = await Promise.all(entries.map(append))
      expect(appended.map(({ receipt }) => receipt.index).sort((a, b) => a - b)).toEqual(
        entries.map((_, i) => size + i),
      )
      const stored = await harness.as('yi').entries(size, 100)
      expect(new Set(stored.map(({ entry }) => toHex(entry.id))).size).toBe(40)
    })
  })
}
