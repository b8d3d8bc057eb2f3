import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intl, sm } from '@mixun/core/suite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entryCodec } from '../ledger/ledger-entry.ts'
import type { LedgerMirror } from '../mirror/ledger-mirror.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import {
  C2SP,
  C2SP_WITH_SM,
  readCheckpoint,
  readCosignature,
  rootOfInclusion,
  rootsOfConsistency,
} from './test-c2sp-reader.ts'

const NOW = Date.UTC(2026, 5, 30)

describe.each([
  { suite: intl, theirs: C2SP },
  { suite: sm, theirs: C2SP_WITH_SM },
])('a reader written from C2SP and RFC 9162 alone, suite $suite.id,', ({ suite, theirs }) => {
  const consortium = new TestConsortium(undefined, undefined, suite)
  const keyOf = (party: string) => consortium.identity(party).signingKey.publicKey
  const log = { name: TEST_ORIGIN, publicKey: keyOf('xiehui') }
  const witness = { name: `${TEST_ORIGIN}/jia`, publicKey: keyOf('jia') }
  let folder: string
  let ledger: SqliteLedger
  let mirror: LedgerMirror
  const notes: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mixun-c2sp-'))
    ledger = openTestLedger(consortium, { file: join(folder, 'ledger.db') })
    mirror = openTestMirror(consortium, null, { file: join(folder, 'mirror.db') })
    for (const entry of consortium.opening()) {
      await ledger.append(entry)
      notes.push((await ledger.checkpoint()).text)
    }
    for (let i = 0; i < 6; i++) await ledger.append(consortium.anyEntry())
    notes.push((await ledger.checkpoint()).text)
    await mirror.sync(ledger)
    await mirror.cosign(consortium.identity('jia'), ledger, () => NOW)
  })
  afterAll(async () => {
    mirror.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  const flipped = (bytes: Uint8Array, place = 5) => bytes.with(place, (bytes[place] as number) ^ 1)
  const newest = () => readCheckpoint(theirs, log, notes.at(-1) as string)

  test('verifies the checkpoints of a real ledger', () => {
    const read = notes.map(note => readCheckpoint(theirs, log, note))
    expect(read.map(({ size }) => size)).toEqual([1, 2, 3, 4, 5, 6, 7, 13])
    const note = notes[6] as string
    expect(() => readCheckpoint(theirs, log, note.replace('\n7\n', '\n8\n'))).toThrow('not signed')
    expect(() => readCheckpoint(theirs, { ...log, publicKey: keyOf('jia') }, note)).toThrow('not signed')
  })

  test('verifies the cosignature of a member', async () => {
    const [cosigned = ''] = await ledger.cosign(null)
    expect(readCheckpoint(theirs, log, cosigned)).toEqual(newest())
    expect(readCosignature(theirs, witness, cosigned)).toBe(NOW / 1000)
    expect(() => readCosignature(theirs, { ...witness, name: `${TEST_ORIGIN}/yi` }, cosigned)).toThrow(
      'not cosigned',
    )
    expect(() => readCosignature(theirs, witness, cosigned.replace('\n13\n', '\n14\n'))).toThrow('wrong')
  })

  test('verifies that every entry is in the tree', async () => {
    const { size, root } = newest()
    for (const { index, entry } of await ledger.entries(0, size)) {
      const bytes = entryCodec.encode(entry)
      const proof = await ledger.proveInclusion(index, size)
      expect(rootOfInclusion(theirs, bytes, index, size, proof)).toEqual(root)
      expect(rootOfInclusion(theirs, flipped(bytes), index, size, proof)).not.toEqual(root)
    }
  })

  test('verifies that every checkpoint continues those before it', async () => {
    const { size, root } = newest()
    for (const note of notes) {
      const before = readCheckpoint(theirs, log, note)
      const proof = await ledger.proveConsistency(before.size, size)
      expect(rootsOfConsistency(theirs, before.size, size, before.root, proof)).toEqual([before.root, root])
      for (const [i, node] of proof.entries()) {
        const forged = rootsOfConsistency(
          theirs,
          before.size,
          size,
          before.root,
          proof.with(i, flipped(node)),
        )
        expect(forged).not.toEqual([before.root, root])
      }
    }
  })
})
