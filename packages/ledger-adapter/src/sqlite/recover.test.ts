import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intl, sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerMirror } from '../mirror/ledger-mirror.ts'
import { ServedMirror } from '../mirror/served-mirror.ts'
import { verifyIntentReceipt } from '../ledger/intent-receipt.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { JIA_ASKS, TestConsortium } from '../testing/test-consortium.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'

describe.each([intl, sm])('a ledger of suite $id that was restored from an old backup', suite => {
  let consortium: TestConsortium
  let folder: string
  let ledger: SqliteLedger
  let mirror: LedgerMirror
  let sizeAtBackup: number

  const file = (name: string) => join(folder, name)
  const open = (headName = 'head') => {
    const head = {
      read: () => {
        try {
          return readFileSync(file(headName), 'utf8')
        } catch {
          return null
        }
      },
      write: (note: string) => writeFileSync(file(headName), note),
    }
    return openTestLedger(consortium, { file: file('ledger.db'), head })
  }
  const consent = () => consortium.anyEntry()
  /** Puts the backup back; the record of the signed head stays, unless `headName` says otherwise. */
  const restore = async (headName?: string) => {
    await ledger.close()
    for (const end of ['-wal', '-shm']) rmSync(file(`ledger.db${end}`), { force: true })
    copyFileSync(file('backup.db'), file('ledger.db'))
    ledger = open(headName)
    expect(ledger.size).toBe(sizeAtBackup)
  }

  beforeEach(async () => {
    consortium = new TestConsortium(undefined, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-recover-'))
    ledger = open()
    await ledger.appendMany(consortium.opening())
    await ledger.checkpoint()
    sizeAtBackup = ledger.size
    await ledger.close()
    copyFileSync(file('ledger.db'), file('backup.db'))
    ledger = open()
    mirror = openTestMirror(consortium, 'jia', { file: file('mirror.db') })
  })
  afterEach(async () => {
    mirror.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  /** A hundred entries, one of them an intent, that the member has mirrored. */
  async function goOn(): Promise<{ intent: Parameters<SqliteLedger['append']>[0] }> {
    const asked = consortium.consent('jia')
    const intent = consortium.entry('jia', 'intent', consortium.intent(asked, JIA_ASKS))
    await ledger.append(consortium.entry('jia', 'consent', asked))
    await ledger.append(intent)
    await ledger.appendMany(Array.from({ length: 98 }, consent))
    await mirror.sync(ledger)
    return { intent }
  }

  test('sequences and signs nothing, fetches what it lost, and continues the same tree: ERR_LEDGER_BEHIND', async () => {
    const { intent } = await goOn()
    const before = await ledger.checkpoint()
    await restore()
    expect(ledger.behind?.size).toBe(before.size)
    const error = await expectCodeAsync('ERR_LEDGER_BEHIND', ledger.append(consent()))
    expect(error.details).toEqual({ size: sizeAtBackup, signedSize: before.size })
    await expectCodeAsync('ERR_LEDGER_BEHIND', ledger.checkpoint())
    // Not a fork: the member waits.
    await expectCodeAsync('ERR_LEDGER_BEHIND', mirror.sync(ledger))

    expect(await ledger.recover(new ServedMirror(mirror))).toBe(100)
    expect([ledger.behind, ledger.size]).toEqual([null, before.size])
    expect((await ledger.checkpoint()).root).toEqual(before.root)
    ledger.verify()
    const again = await ledger.append(intent)
    const receipt = verifyIntentReceipt(consortium.anchor, again.intentReceipt as Uint8Array)
    expect(receipt.index).toBe(sizeAtBackup + 1)
    await ledger.append(consent())
    await mirror.sync(ledger)
    expect(mirror.size).toBe(before.size + 1)
  })

  test('never takes the record of its head back, whichever of two processes writes it', async () => {
    const other = open()
    await ledger.append(consent())
    const early = await ledger.checkpoint()
    await ledger.append(consent())
    const { text } = await ledger.checkpoint()
    other.gossip(early.text)
    expect(readFileSync(file('head'), 'utf8')).toBe(text)
    await other.close()
  })

  test('learns it from what a member shows, when the record of its head is lost too', async () => {
    await goOn()
    for (const tell of [
      () => ledger.gossip(mirror.checkpoint?.text as string),
      () => mirror.cosign(consortium.identity('jia'), ledger, consortium.now),
    ]) {
      await restore('lost')
      expect(ledger.behind).toBeNull()
      await tell()
      await expectCodeAsync('ERR_LEDGER_BEHIND', ledger.append(consent()))
      rmSync(file('lost'))
    }
  })

  test('remembers it when it is opened again before it has recovered', async () => {
    await goOn()
    await restore('lost')
    ledger.gossip(mirror.checkpoint?.text as string)
    await ledger.close()
    ledger = open('lost')
    await expectCodeAsync('ERR_LEDGER_BEHIND', ledger.append(consent()))
  })

  test('stays behind while members hold less than it signed', async () => {
    await goOn()
    await ledger.append(consent())
    await ledger.checkpoint()
    await restore()
    await ledger.recover(new ServedMirror(mirror))
    expect(ledger.size).toBe(mirror.size)
    await expectCodeAsync('ERR_LEDGER_BEHIND', ledger.append(consent()))
  })

  test('is a fork when it went on before it knew, and is not recovered', async () => {
    await goOn()
    await restore('lost')
    await ledger.append(consent())
    await expectCodeAsync('ERR_LEDGER_FORK', ledger.recover(new ServedMirror(mirror)))
    expect(ledger.size).toBe(sizeAtBackup + 1)
  })

  test('does not take entries that its own key did not sign for', async () => {
    await goOn()
    await restore()
    const source = new ServedMirror(mirror)
    const entries = async (from: number, limit: number) =>
      (await source.entries(from, limit)).map(
        each => new StoredEntry({ ...each, sequencedAt: each.sequencedAt + 1 }),
      )
    const lying = new Proxy(source, {
      get: (target, name) => (name === 'entries' ? entries : Reflect.get(target, name).bind(target)),
    })
    await expectCodeAsync('ERR_LEDGER_RECEIPT', ledger.recover(lying))
    expect(ledger.size).toBe(sizeAtBackup)
    await expectCodeAsync('ERR_LEDGER_READ_ONLY', source.append())
  })
})
