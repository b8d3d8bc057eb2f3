import { Writer } from '@mixun/core/codec'
import { mixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { StoredEntry } from '../ledger/stored-entry.ts'
import { describe, expect, test } from 'vitest'
import { signCheckpoint } from '../checkpoint/checkpoint.ts'
import { signAppendReceipt } from '../ledger/append-receipt.ts'
import { requireIntentReceipt } from '../ledger/intent-receipt.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { describeLedger } from '../testing/ledger-compliance.ts'
import { openLedgerSession } from '../testing/ledger-sessions.ts'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { TEST_ORIGIN, TestConsortium, JIA_ASKS } from '../testing/test-consortium.ts'
import { encodeRefusal, encodeRequest } from './codec.ts'
import { RemoteLedger } from './remote-ledger.ts'
import { serveLedger } from './serve-ledger.ts'

function remote(
  consortium: TestConsortium,
  partyId: string,
  ledger: Ledger,
  maxFrameBytes?: number,
): RemoteLedger {
  const connect = () =>
    openLedgerSession(consortium, partyId, session => serveLedger(session, ledger), maxFrameBytes)
  return new RemoteLedger({ anchor: consortium.anchor, connect, requestTimeoutMs: 5_000 })
}

describeLedger('RemoteLedger', async consortium => {
  const ledger = openTestLedger(consortium)
  const remotes = new Map<string, RemoteLedger>()
  return {
    as: partyId => {
      const known = remotes.get(partyId) ?? remote(consortium, partyId, ledger)
      remotes.set(partyId, known)
      return known
    },
    close: async () => {
      for (const known of remotes.values()) await known.close()
      await ledger.close()
    },
  }
})

/** A ledger of 7 entries and a remote driver on it, whose answers `lie` may replace. */
async function lyingLedger(
  lie: Partial<Ledger>,
): Promise<{ consortium: TestConsortium; jia: RemoteLedger; truth: SqliteLedger }> {
  const consortium = new TestConsortium()
  const truth = openTestLedger(consortium)
  await truth.appendMany(consortium.opening())
  const ledger = new Proxy(truth as Ledger, {
    get: (target, name) => {
      const value = Reflect.get(lie, name) ?? Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { consortium, truth, jia: remote(consortium, 'jia', ledger) }
}

describe('RemoteLedger verifies what it is told', () => {
  test('the receipt of another entry is not taken', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    const other = await truth.append(consortium.anyEntry())
    lie.append = async () => other
    const entry = consortium.anyEntry()
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.append(entry))
  })

  test('a receipt that the sequencer did not sign is not taken', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    const forger = intl.generateSigningKey({ bytes: length => consortium.bytes(length) })
    lie.append = async entry => {
      const { signature: _, ...body } = (await truth.append(entry)).receipt
      return { receipt: signAppendReceipt(consortium.anchor, forger, body), intentReceipt: null }
    }
    const entry = consortium.anyEntry()
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.append(entry))
  })

  test('an intent without its intent receipt, or with that of another intent, is not taken', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    const consent = consortium.consent('jia')
    await truth.append(consortium.entry('jia', 'consent', consent))
    const asked = consortium.intent(consent, JIA_ASKS)
    const first = await truth.append(consortium.entry('jia', 'intent', asked))
    const { anchor } = consortium
    expect(requireIntentReceipt(anchor, asked, first.intentReceipt)).toEqual(first.intentReceipt)
    expectCode('ERR_LEDGER_RECEIPT', () => requireIntentReceipt(anchor, asked, null))
    const changes = [
      { element: new Uint8Array(32) },
      { expiresAt: 1 },
      { inquirer: 'yi' },
      { purpose: 'monitoring' as const },
      { classes: ['B' as const, 'C' as const] },
      { asked: JIA_ASKS.slice(1) },
      { asked: JIA_ASKS.map(table => ({ ...table, epoch: 2 })) },
    ]
    for (const change of changes) {
      const other = { ...asked, ...change }
      expectCode('ERR_LEDGER_RECEIPT', () => requireIntentReceipt(anchor, other, first.intentReceipt))
    }
    const intent = () => consortium.entry('jia', 'intent', consortium.intent(consent, JIA_ASKS))
    lie.append = async entry => ({ ...(await truth.append(entry)), intentReceipt: first.intentReceipt })
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.append(intent()))
    const open = () => consortium.entry('jia', 'member-address', { partyId: 'jia', address: null })
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.append(open()))
  })

  test('a member asks for its own points only', async () => {
    const { jia } = await lyingLedger({})
    await expectCodeAsync('ERR_LEDGER_SEALED', jia.balance('yi'))
    expect(await jia.balance('jia')).toMatchObject({ available: 110 })
  })

  test('a checkpoint under another key is not taken', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, jia } = await lyingLedger(lie)
    const other = consortium.identity('yi')
    lie.checkpoint = async () =>
      signCheckpoint(other, { origin: TEST_ORIGIN, size: 7, root: new Uint8Array(32) })
    await expectCodeAsync('ERR_LEDGER_CHECKPOINT', jia.checkpoint())
  })

  test('a checkpoint that does not continue the last one is a fork, with both as evidence', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    const first = await jia.checkpoint()
    const { association } = consortium
    for (const size of [first.size, first.size + 1]) {
      if (size > first.size) await truth.append(consortium.entry('yi', 'consent', consortium.consent('yi')))
      const second = signCheckpoint(association, { origin: TEST_ORIGIN, size, root: consortium.bytes(32) })
      lie.checkpoint = async () => second
      const error = await expectCodeAsync('ERR_LEDGER_FORK', jia.checkpoint())
      expect(error.details).toMatchObject({
        reason: 'inconsistent',
        firstSize: first.size,
        secondSize: size,
        firstCheckpoint: first.text,
        secondCheckpoint: second.text,
      })
    }
  })

  test('a checkpoint that is smaller than the last one is a rollback', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    const early = await truth.checkpoint()
    await truth.append(consortium.entry('yi', 'consent', consortium.consent('yi')))
    await jia.checkpoint()
    lie.checkpoint = async () => early
    const error = await expectCodeAsync('ERR_LEDGER_FORK', jia.checkpoint())
    expect(error.details['reason']).toBe('rollback')
  })

  test('proofs that do not lead to known checkpoints are not handed on', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    const first = await jia.checkpoint()
    await truth.append(consortium.entry('yi', 'consent', consortium.consent('yi')))
    const second = await jia.checkpoint()
    lie.proveInclusion = async (index, size) => truth.proveInclusion(index ^ 1, size)
    lie.proveConsistency = async () => [consortium.bytes(32)]
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.proveInclusion(2, first.size))
    await expectCodeAsync('ERR_LEDGER_FORK', jia.proveConsistency(first.size, second.size))
    delete lie.proveInclusion
    lie.entries = async () => []
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.proveInclusion(2, first.size))
  })

  test('entries out of order, or not signed for by the sequencer, are not taken', async () => {
    const lie: Partial<Ledger> = {}
    const { consortium, truth, jia } = await lyingLedger(lie)
    lie.entries = async (from, limit) => (await truth.entries(from, limit)).toReversed()
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.entries(0, 5))
    lie.entries = async () => truth.entries(0, 3)
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.entries(0, 2))
    const receiptSignature = consortium.bytes(64)
    lie.entries = async (from, limit) =>
      (await truth.entries(from, limit)).map(stored => new StoredEntry({ ...stored, receiptSignature }))
    await expectCodeAsync('ERR_LEDGER_RECEIPT', jia.entries(0, 5))
  })
})

describe('RemoteLedger as a connection', () => {
  test('appends only what its own party authored', async () => {
    const { consortium, jia } = await lyingLedger({})
    const entry = consortium.entry('yi', 'consent', consortium.consent('yi'))
    const error = await expectCodeAsync('ERR_LEDGER_AUTHOR', jia.append(entry))
    expect(error.details).toMatchObject({ party: 'xiehui' })
  })

  test('reads more entries than fit a page', async () => {
    const { consortium, truth } = await lyingLedger({})
    const { size } = await truth.checkpoint()
    // 600 tables of 1.5 KiB: a page ends at 256 KiB, long before its 512 entries, and so fits a frame of 300 KB.
    const jia = remote(consortium, 'jia', truth, 300_000)
    const commitment = new Uint8Array(1024)
    const tables = Array.from({ length: 600 }, (_, i) => ({ epoch: 2 + i, commitment }))
    const results = await truth.appendMany(
      tables.map(changes => consortium.entry('yi', 'table', consortium.table('yi', changes))),
    )
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true)
    const indices = (await jia.entries(0, 10_000)).map(({ index }) => index)
    expect(indices).toEqual(Array.from({ length: size + 600 }, (_, i) => i))
    expect(await jia.entries(3, 2)).toHaveLength(2)
    expect(await jia.entries(size + 590, 100)).toHaveLength(10)
  })

  test('reconnects after the session was lost, and sends again what was lost with it', async () => {
    const consortium = new TestConsortium()
    const ledger = openTestLedger(consortium)
    await ledger.appendMany(consortium.opening())
    const sessions: Session[] = []
    const connect = async () => {
      const session = await openLedgerSession(consortium, 'jia', served => serveLedger(served, ledger))
      sessions.push(session)
      return session
    }
    const jia = new RemoteLedger({ anchor: consortium.anchor, connect })
    const first = await jia.checkpoint()
    sessions[0]?.abort()
    const entry = consortium.anyEntry()
    const [appended, second] = await Promise.all([jia.append(entry), jia.checkpoint()])
    expect(appended.receipt.index).toBe(first.size)
    expect(second.size).toBeGreaterThanOrEqual(first.size)
    expect(sessions).toHaveLength(2)
    await jia.close()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', jia.checkpoint())
  })

  test('gives up on an answer that does not come', async () => {
    const consortium = new TestConsortium()
    const connect = () => openLedgerSession(consortium, 'jia', () => new Promise<void>(() => {}))
    const jia = new RemoteLedger({ anchor: consortium.anchor, connect, requestTimeoutMs: 20 })
    await expectCodeAsync('ERR_CHANNEL_TIMEOUT', jia.checkpoint())
  })

  test('drops a connection that answers what was not asked', async () => {
    const consortium = new TestConsortium()
    const connect = () =>
      openLedgerSession(consortium, 'jia', async session => {
        await session.receive()
        await session.send(encodeRefusal(1, { code: 'ERR_INTERNAL', required: null, available: null }))
      })
    const jia = new RemoteLedger({ anchor: consortium.anchor, connect, requestTimeoutMs: 1_000 })
    await expectCodeAsync('ERR_DECODE_SCHEMA', jia.checkpoint())
  })

  test('keeps what failed inside the association at home', async () => {
    const { jia } = await lyingLedger({
      balance: async () => {
        throw new TypeError('the subject of this failure')
      },
    })
    const error = await expectCodeAsync('ERR_INTERNAL', jia.balance('jia'))
    expect(JSON.stringify(error)).not.toContain('subject')
  })

  test('names a refusal whose code it does not know as one', async () => {
    const { jia } = await lyingLedger({
      balance: async () => {
        throw Object.assign(mixunError('ERR_LEDGER_BUSY', 'busy'), { code: 'ERR_OF_A_NEWER_BUILD' })
      },
    })
    await expectCodeAsync('ERR_PEER_REFUSED', jia.balance('jia'))
  })
})

describe('serveLedger', () => {
  async function exchange(frames: readonly Uint8Array[]): Promise<unknown> {
    const consortium = new TestConsortium()
    const session = await openLedgerSession(consortium, 'jia', served =>
      serveLedger(served, openTestLedger(consortium)),
    )
    for (const bytes of frames) await session.send(bytes)
    for (const _ of frames) await session.receive()
    return session.receive()
  }

  test('refuses a frame that is no request, and ends the session', async () => {
    const truncated = encodeRequest(0, { verb: 'entries', from: 0, limit: 1 }).subarray(0, 10)
    const trailing = new Writer()
      .raw(encodeRequest(0, { verb: 'checkpoint' }))
      .uint8(0)
      .finish()
    const unknownVerb = Uint8Array.of(0, 0, 0, 0, 6)
    for (const bytes of [new Uint8Array(0), truncated, trailing, unknownVerb]) {
      const error = await expectCodeAsync('ERR_PEER_REFUSED', exchange([bytes]))
      expect(error.details['peerCode']).toMatch(/^ERR_DECODE_/)
    }
  })
})
