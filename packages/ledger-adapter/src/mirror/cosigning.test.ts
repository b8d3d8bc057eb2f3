import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { intl, sm } from '@mixun/core/suite'
import { expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signCheckpoint } from '../checkpoint/checkpoint.ts'
import { cosignCheckpoint } from '../checkpoint/cosignature.ts'
import { parseNote } from '../checkpoint/signed-note.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import type { LedgerMirror } from './ledger-mirror.ts'

describe.each([intl, sm])('cosignatures in suite $id', suite => {
  let consortium: TestConsortium
  let ledger: SqliteLedger
  let folder: string
  let mirrors: Map<string, LedgerMirror>

  const openLedger = (file: string) => openTestLedger(consortium, { file })
  const now = () => consortium.now()
  const mirror = (party: string): LedgerMirror => {
    const known = mirrors.get(party)
    if (known !== undefined) return known
    const opened = openTestMirror(consortium, 'jia', { file: join(folder, `${party}.db`) })
    mirrors.set(party, opened)
    return opened
  }
  const cosign = async (...parties: string[]) => {
    for (const party of parties) {
      await mirror(party).sync(ledger)
      await mirror(party).cosign(consortium.identity(party), ledger, now)
    }
  }
  const consent = (): LedgerEntry => consortium.anyEntry()
  const memberNote = (party: string, text: string) =>
    cosignCheckpoint(consortium.verifierKey, text, `${TEST_ORIGIN}/${party}`, consortium.identity(party), 1)

  beforeEach(async () => {
    consortium = new TestConsortium(['bing', 'ding', 'jia', 'yi'], undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-cosign-'))
    mirrors = new Map()
    ledger = openLedger(join(folder, 'ledger.db'))
    await ledger.appendMany(consortium.opening())
  })
  afterEach(async () => {
    for (const each of mirrors.values()) each.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  test('of two members other than the subject make an entry one to rely on', async () => {
    const index = ledger.size - 1
    const isCosigned = () => mirror('jia').isCosigned(index, { excluding: ['yi', 'jia'] })
    await cosign('jia', 'yi', 'bing')
    await cosign('jia')
    expect([isCosigned(), mirror('jia').cosigners(index)]).toEqual([false, ['bing', 'jia', 'yi']])
    await cosign('ding', 'jia')
    expect(isCosigned()).toBe(true)
    expect(mirror('jia').isCosigned(index + 1, { minimum: 1 })).toBe(false)
    expect(mirror('jia').isCosigned(index + 1, { minimum: 0 })).toBe(true)
    await ledger.append(consent())
    await cosign('jia')
    expect(isCosigned()).toBe(true)
    expect(mirror('jia').cosigners(index + 1)).toEqual(['jia'])
  })

  test('give the newest checkpoint that enough members stand behind', async () => {
    expect(ledger.latestCosigned()).toBeNull()
    const sizes = []
    for (const party of ['yi', 'bing', 'ding']) {
      await cosign(party)
      sizes.push(ledger.size)
      await ledger.append(consent())
    }
    const [first, second, third] = sizes
    expect(ledger.latestCosigned({ minimum: 3 })?.size).toBe(first)
    expect(ledger.latestCosigned()?.size).toBe(second)
    expect(ledger.latestCosigned({ minimum: 1 })?.size).toBe(third)
    expect(ledger.latestCosigned({ excluding: ['ding'] })?.size).toBe(first)
    expect(ledger.latestCosigned({ minimum: 4 })).toBeNull()
    await cosign('yi', 'bing', 'ding')
    const newest = ledger.latestCosigned()
    expect(newest?.size).toBe(ledger.size)
    expect(parseNote(newest?.text as string).signatures).toHaveLength(4)
  })

  test('are on file before they are told, and are told again after a crash in between', async () => {
    await mirror('jia').sync(ledger)
    const identity = consortium.identity('jia')
    const cut = () => Promise.reject(new Error('cut off'))
    const deaf = { cosign: (note: string | null) => (note === null ? Promise.resolve([]) : cut()) }
    await expect(mirror('jia').cosign(identity, deaf as never, now)).rejects.toThrow('cut off')
    mirror('jia').close()
    mirrors.delete('jia')
    expect(mirror('jia').cosigners(0)).toEqual(['jia'])
    expect(await ledger.cosign(null)).toEqual([])
    await mirror('jia').cosign(identity, ledger, now)
    expect(await ledger.cosign(null)).toHaveLength(1)
  })

  test('are never made of two trees: ERR_LEDGER_FORK', async () => {
    await cosign('jia')
    // The mirror is lost; what it cosigned is not.
    mirror('jia').close()
    rmSync(join(folder, 'jia.db'))
    mirrors.delete('jia')
    const other = openLedger(':memory:')
    await other.appendMany([...consortium.opening(), consent()])
    await mirror('jia').sync(other)
    const forked = { ...other, cosign: () => ledger.cosign(null) }
    const error = await expectCodeAsync(
      'ERR_LEDGER_FORK',
      mirror('jia').cosign(consortium.identity('jia'), forked as never, now),
    )
    expect(error.details['secondCheckpoint']).toContain(`${TEST_ORIGIN}/jia`)
    expect(mirror('jia').cosigners(0)).toEqual([])
    await other.close()
  })

  test('of the association, strangers, suspended members and other trees are not filed', async () => {
    const { text } = await ledger.checkpoint()
    const refused = (note: string) => expectCodeAsync('ERR_LEDGER_COSIGNATURE', ledger.cosign(note))
    await refused(text)
    await refused(memberNote('xiehui', text))
    await refused(
      cosignCheckpoint(consortium.verifierKey, text, `${TEST_ORIGIN}/wu`, consortium.identity('yi'), 1),
    )
    await refused(
      cosignCheckpoint(consortium.verifierKey, text, `${TEST_ORIGIN}/jia`, consortium.identity('yi'), 1),
    )
    await ledger.cosign(memberNote('yi', text))
    const suspended = consortium.member('yi', { status: 'suspended' })
    await ledger.append(consortium.entry('xiehui', 'member', suspended))
    expect(ledger.latestCosigned({ minimum: 1 })).toBeNull()
    await refused(memberNote('yi', (await ledger.checkpoint()).text))
    const root = consortium.bytes(32)
    const lie = signCheckpoint(consortium.association, { origin: TEST_ORIGIN, size: 3, root })
    await expectCodeAsync('ERR_LEDGER_FORK', ledger.cosign(memberNote('jia', lie.text)))
  })

  test('are filed with the lines of the log and of their member, whatever else a note brings', async () => {
    const note = memberNote('yi', (await ledger.checkpoint()).text)
    await ledger.cosign(`${note}— elsewhere AAAAAAAA\n`)
    expect(await ledger.cosign(null)).toEqual([note])
    expect(parseNote(ledger.latestCosigned({ minimum: 1 })?.text as string).signatures).toHaveLength(2)
    ledger.verify()
  })

  test('wait for the key they are made with to be on the ledger', async () => {
    const signingKey = suite.generateSigningKey(seededRandom('the next key of jia'))
    const next = { ...consortium.identity('jia'), signingKey }
    await mirror('jia').sync(ledger)
    await mirror('jia').cosign(next, ledger, now)
    expect(await ledger.cosign(null)).toEqual([])
    mirror('jia').verify()
    const member = consortium.member('jia', { signingKey: signingKey.publicKey })
    await ledger.append(consortium.entry('xiehui', 'member', member))
    await mirror('jia').sync(ledger)
    await mirror('jia').cosign(next, ledger, now)
    expect(await ledger.cosign(null)).toHaveLength(1)
  })

  test('never shrink, whoever writes to the file', async () => {
    const early = memberNote('jia', (await ledger.checkpoint()).text)
    const { size } = ledger
    await ledger.append(consent())
    await ledger.cosign(memberNote('jia', (await ledger.checkpoint()).text))
    await ledger.cosign(early)
    expect(ledger.latestCosigned({ minimum: 1 })?.size).toBe(size + 1)
    const raw = new DatabaseSync(join(folder, 'ledger.db'))
    expect(() => raw.exec('UPDATE cosignatures SET size = 1')).toThrow('smaller')
    expect(() => raw.exec('DELETE FROM cosignatures')).toThrow('not deleted')
    raw.close()
  })
})
