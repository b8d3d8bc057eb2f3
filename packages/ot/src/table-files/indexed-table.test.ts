import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareBytes, i2osp, toHex, utf8 } from '@mixun/core/bytes'
import { verifyInclusion } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import {
  buildTable,
  encodeDelta,
  IndexedTable,
  joinRow,
  makeDelta,
  makeIndexedDelta,
  RowIndex,
  sealedTableParametersById,
  type SubjectChange,
  type TableDelta,
} from '../sealed-table/index.ts'
import { findTableRow, readRowIndex, scanRowIndex, writeRowIndex } from './index.ts'

let folder: string
let file: string
let indexFile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-row-index-'))
  file = join(folder, 'b.table')
  indexFile = join(folder, 'b.table.index')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.each([intl, sm])('a table kept by its index, suite $id', suite => {
  const oprf = oprfSuiteOf(suite.id)
  const key = generateKeyPair(oprf, seededRandom('key'))
  const built = buildTable({
    id: { provider: 'jia', class: 'B', epoch: 1 },
    suite,
    oprf,
    parameters: sealedTableParametersById('sealedtable_r256_c2'),
    key,
    entries: Array.from({ length: 70 }, (_, i) => ({ input: utf8(`s${i}`), payloads: [utf8(`r${i}`)] })),
    random: seededRandom('table'),
  })
  const changesOf = (n: number): SubjectChange[] => [
    { input: utf8('s1'), payloads: [utf8(`r1 at ${n}`)] },
    { input: utf8(`new ${n}`), payloads: [utf8('new'), utf8('second')] },
    { input: utf8(`s${n + 5}`), payloads: [] },
  ]
  /** Six versions, made in memory. */
  const versions = [{ ...built, delta: null as TableDelta | null }]
  for (let n = 1; n <= 5; n++) {
    const before = versions[n - 1] as (typeof versions)[0]
    const random = seededRandom(`delta ${n}`)
    versions.push(makeDelta({ ...before, key, changes: changesOf(n), random }))
  }
  const at = (n: number) => versions[n] as (typeof versions)[0]
  const rootOf = (n: number) => versions[n]?.commitment.root

  const readRow = (tag: Uint8Array, version: number): Uint8Array => {
    const { delta } = at(version)
    if (delta === null) return findTableRow(file, built.commitment, tag)
    const rows = [...delta.insertions, ...delta.updates.map(({ row }) => row)]
    return joinRow(rows.find(row => compareBytes(row.tag, tag) === 0) as (typeof rows)[0])
  }

  /** As a provider holds it that released so many deltas. */
  function opened(version = 0): IndexedTable {
    writeFileSync(file, built.table.encode())
    const { index, root } = scanRowIndex(file, built.commitment, 1)
    expect(root).toEqual(built.commitment.root)
    const table = new IndexedTable(index, readRow, root)
    for (let n = 1; n <= version; n++) table.advance(at(n).delta as TableDelta)
    return table
  }

  it('makes the same deltas as one in memory, byte for byte, each from the index that the last one left', () => {
    writeRowIndex(indexFile, opened())
    for (let n = 1; n <= 5; n++) {
      const { commitment, book } = at(n - 1)
      const stored = readRowIndex(indexFile, commitment, rootOf)
      if (stored === null) throw new Error('the index was written')
      const table = new IndexedTable(stored.index, readRow, stored.root)
      const random = seededRandom(`delta ${n}`)
      const made = makeIndexedDelta({ table, commitment, book, key, changes: changesOf(n), random })
      expect(toHex(encodeDelta(made.delta))).toBe(toHex(encodeDelta(at(n).delta as TableDelta)))
      expect(made.commitment).toEqual(at(n).commitment)
      writeRowIndex(indexFile, table)
    }
  })

  it('has the rows, places and proofs of the table in memory, and knows which delta brought a row', () => {
    const table = opened(5)
    const { table: whole, commitment } = at(5)
    table.checkRoot(commitment)
    expectCode('ERR_VERIFY_ROOT', () => table.checkRoot(at(4).commitment))
    const brought = versions.flatMap(
      ({ delta }) => delta?.insertions.map(({ tag }) => [toHex(tag), delta.version] as const) ?? [],
    )
    const broughtAt = new Map(brought)
    const inserted: number[] = []
    for (let i = 0; i < whole.rowCount; i++) {
      const { tag } = whole.row(i)
      expect(table.row(i)).toEqual(whole.row(i))
      expect(table.find(tag)).toEqual({ found: true, index: i })
      expect(table.prove(i)).toEqual(whole.prove(i))
      expect(table.index.broughtAt(i)).toBe(broughtAt.get(toHex(tag)) ?? 0)
      if (broughtAt.has(toHex(tag))) inserted.push(i)
    }
    expect(table.index.insertedRows()).toEqual(inserted)
    for (const byte of [0, 0xff]) {
      const tag = new Uint8Array(32).fill(byte)
      expect(table.find(tag)).toEqual(whole.find(tag))
    }
    expectCode('ERR_INPUT_LENGTH', () => table.find(new Uint8Array(31)))
    expectCode('ERR_INPUT_RANGE', () => table.row(whole.rowCount))
  })

  it('finds a row that is not the committed one: ERR_VERIFY_ROOT', () => {
    const table = opened()
    const bytes = built.table.encode()
    writeFileSync(file, bytes.with(bytes.length - 1, (bytes.at(-1) as number) ^ 1))
    expectCode('ERR_VERIFY_ROOT', () => table.row(built.table.rowCount - 1))
    expectCode('ERR_VERIFY_ROOT', () => scanRowIndex(file, built.commitment, 1))
    writeFileSync(file, bytes.subarray(0, -1))
    expectCode('ERR_DECODE_LENGTH', () => scanRowIndex(file, built.commitment, 1))
    writeFileSync(file, bytes)
    expectCode('ERR_VERIFY_ROOT', () => findTableRow(file, built.commitment, new Uint8Array(32)))
    expectCode('ERR_VERIFY_ROOT', () => findTableRow(file, at(1).commitment, new Uint8Array(32)))
  })

  it('advances by the next delta only, and by none that brings a tag that is there: ERR_VERIFY_DELTA', () => {
    const [first, second] = [at(1).delta as TableDelta, at(2).delta as TableDelta]
    const { insertions, updates } = first
    const [row, update] = [insertions[0]!, updates[0]!]
    for (const wrong of [
      second,
      { ...first, version: 2 },
      { ...first, insertions: [...insertions].toReversed() },
      { ...first, insertions: [row, row] },
      { ...first, insertions: [{ ...built.table.row(3), version: 1 }] },
      { ...first, insertions: [{ ...row, version: 0 }] },
      { ...first, updates: [{ ...update, index: update.index + 1 }] },
      { ...first, updates: [{ ...update, index: 10_000 }] },
      { ...first, updates: [{ ...update, row: { ...update.row, version: 2 } }] },
    ]) {
      expectCode('ERR_VERIFY_DELTA', () => opened().advance(wrong))
    }
  })

  it('takes no index that is damaged, cut, of a later version or of another root', () => {
    writeRowIndex(indexFile, opened(2))
    const whole = readFileSync(indexFile)
    const read = (commitment = at(2).commitment, roots = rootOf) => readRowIndex(indexFile, commitment, roots)
    expect(read()?.index.version).toBe(2)
    expect(read(at(4).commitment)?.index.version).toBe(2)
    expect(read(at(1).commitment)).toBeNull()
    expect(read(at(2).commitment, () => undefined)).toBeNull()
    expect(read(at(2).commitment, () => at(3).commitment.root)).toBeNull()
    expect(read({ ...at(2).commitment, suite: suite === intl ? 'sm' : 'intl' })).toBeNull()
    for (const damage of [
      ...[5, 30, 100, whole.length - 1].map(byte => whole.with(byte, (whole[byte] as number) ^ 1)),
      whole.subarray(0, -1),
      whole.subarray(0, 20),
      new Uint8Array(0),
    ]) {
      writeFileSync(indexFile, damage)
      expect(read()).toBeNull()
    }
    rmSync(indexFile)
    expect(read()).toBeNull()
  })
})

describe('the index of 40,000 rows', () => {
  it('has the root of all its leaves, beyond one subtree that is hashed at a time', () => {
    const count = 40_000
    const entries = new Uint8Array(count * 72)
    for (let i = 0; i < count; i++) {
      entries.set(i2osp(i + 1, 4), i * 72)
      entries.set(intl.hash(i2osp(i, 4)), i * 72 + 32)
    }
    const table = new IndexedTable(new RowIndex(intl, 0, entries), () => new Uint8Array(0))
    const proof = table.prove(count - 1)
    const leaf = intl.hash(i2osp(count - 1, 4))
    verifyInclusion(intl.hash, count - 1, count, leaf, proof, table.root)
    entries.copyWithin(72, 0, 72)
    expectCode('ERR_VERIFY_ROOT', () => new RowIndex(intl, 0, entries))
  })
})
