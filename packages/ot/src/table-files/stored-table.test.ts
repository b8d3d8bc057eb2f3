import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import { intl, sm, type Suite } from '@mixun/core/suite'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import {
  advanceTable,
  BlockIndexBuilder,
  BlockTable,
  buildTable,
  locateSubject,
  makeDelta,
  openSubject,
  SealedTable,
  sealedTableParametersById,
  sizeClass,
  subjectTags,
  TABLE_BLOCK_ROWS,
  type TableCommitment,
  type TableDelta,
  tableHeaderBytes,
  verifyNone,
} from '../sealed-table/index.ts'
import { buildTestTable, testOutput, testTableKey } from '../testing/sealed-table.ts'
import { openTableFile, TableFile, tableFileVersion } from './index.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-stored-table-'))
  file = join(folder, 'b.table')
})
afterEach(() => rmSync(folder, { recursive: true }))

const parameters = sealedTableParametersById('sealedtable_r256_c2')

/** Rows with tags in order and anything behind them: what lookups need no key for. */
function madeRows(suite: Suite, count: number): Uint8Array {
  const rowBytes = 32 + 4 + 16 + 256 + suite.aeadOverheadBytes
  const rows = new Uint8Array(count * rowBytes)
  for (let i = 0; i < count; i++) {
    rows.set(i2osp(i + 1, 4), i * rowBytes)
    rows.set(suite.hash(i2osp(i, 4)), i * rowBytes + 64)
  }
  return rows
}

function inBlocks(suite: Suite, rows: Uint8Array, count: number): { table: BlockTable; reads: number[] } {
  const builder = new BlockIndexBuilder(suite, parameters)
  // Pieces that end anywhere.
  for (let at = 0; at < rows.length; at += 100_003) builder.append(rows.subarray(at, at + 100_003))
  const reads: number[] = []
  const rowBytes = rows.length / count
  const table = new BlockTable(suite, parameters, builder.finish(), (first, length) => {
    reads.push(length)
    return rows.slice(first * rowBytes, (first + length) * rowBytes)
  })
  return { table, reads }
}

describe.each([intl, sm])('a table read in blocks, suite $id', suite => {
  it.each([1, 63, 64, 65, 130, 192, 200])('of %i rows answers as one in memory', count => {
    const rows = madeRows(suite, count)
    const { table } = inBlocks(suite, rows, count)
    const whole = new SealedTable(suite, parameters, rows)
    expect(table.root).toEqual(whole.root)
    for (let i = 0; i < count; i++) {
      expect(table.row(i)).toEqual(whole.row(i))
      expect(table.prove(i)).toEqual(whole.prove(i))
      for (const last of [0, 1]) {
        const tag = concat(i2osp(i + 1, 4), new Uint8Array(27), Uint8Array.of(last))
        expect(table.find(tag)).toEqual(whole.find(tag))
      }
    }
    for (const byte of [0, 0xff]) {
      const tag = new Uint8Array(32).fill(byte)
      expect(table.find(tag)).toEqual(whole.find(tag))
    }
    expectCode('ERR_INPUT_RANGE', () => table.row(count))
    expectCode('ERR_INPUT_RANGE', () => table.row(-1))
    expectCode('ERR_INPUT_RANGE', () => table.prove(count))
    expectCode('ERR_INPUT_LENGTH', () => table.find(new Uint8Array(31)))
  })

  it('refuses tags out of order, within a block and across two', () => {
    const rows = madeRows(suite, 130)
    const rowBytes = rows.length / 130
    for (const at of [1, 63, 64, 129]) {
      const swapped = rows.slice()
      swapped.set(rows.subarray((at - 1) * rowBytes, at * rowBytes), at * rowBytes)
      expectCode('ERR_VERIFY_ROOT', () => inBlocks(suite, swapped, 130))
    }
    expectCode('ERR_INPUT_LENGTH', () => inBlocks(suite, rows.subarray(1), 130))
    expectCode('ERR_INPUT_LENGTH', () => inBlocks(suite, new Uint8Array(0), 1))
  })
})

/** A committed file of `count` rows, written in pieces. */
function writeLarge(count: number): TableCommitment {
  const rows = madeRows(intl, count)
  const { table } = inBlocks(intl, rows, count)
  const built = buildTestTable({ parameters, entries: [] })
  const commitment = {
    ...built.commitment,
    baseRowCount: sizeClass(count),
    rowCount: count,
    root: table.root,
  }
  const header = built.table.encode().slice(0, tableHeaderBytes(built.table.encode(), built.commitment))
  header.set(i2osp(count, 4), header.length - 4)
  using sink = new TableFile(file)
  sink.write(header)
  for (let at = 0; at < rows.length; at += 1_000_000) sink.write(rows.subarray(at, at + 1_000_000))
  sink.commit()
  return commitment
}

describe('a table of 131,072 rows in a file', () => {
  it('reads for a lookup the blocks around two tags, and keeps 64 bytes a block', async () => {
    const count = 2 ** 17
    const commitment = writeLarge(count)
    const table = await openTableFile(file, commitment)
    expect(tableFileVersion(file, commitment)).toBe(0)
    const options = { suite: intl, commitment, output: new Uint8Array(64).fill(7) }
    const evidence = locateSubject(table, options)
    const tags = subjectTags(intl, commitment, options.output)
    expect(evidence.map(({ kind }) => kind)).toEqual(['none', 'none'])
    for (const [i, piece] of evidence.entries()) verifyNone(commitment, intl, piece, tags[i] as Uint8Array)

    const { table: counted, reads } = inBlocks(intl, madeRows(intl, count), count)
    reads.length = 0
    locateSubject(counted, options)
    // Two tags, each with two neighbours that may lie in two blocks.
    expect(reads.length).toBeLessThanOrEqual(4)
    expect(Math.max(...reads)).toBe(TABLE_BLOCK_ROWS)
  })

  it('finds what was changed in the file after it was checked, and no more than that', async () => {
    const commitment = writeLarge(2 ** 17)
    const table = await openTableFile(file, commitment)
    const before = table.row(0)
    const at = readFileSync(file).length - 1
    const descriptor = openSync(file, 'r+')
    writeSync(descriptor, Uint8Array.of(1), 0, 1, at)
    closeSync(descriptor)
    expectCode('ERR_VERIFY_ROOT', () => table.row(2 ** 17 - 1))
    expect(table.row(0)).toEqual(before)
    await expectCodeAsync('ERR_VERIFY_ROOT', openTableFile(file, commitment))
  })
})

describe('a table in a file', () => {
  it('goes on when another takes the place of its file', async () => {
    const { table, commitment } = buildTestTable()
    writeFileSync(file, table.encode())
    const stored = await openTableFile(file, commitment)
    using sink = new TableFile(file, { temporary: `${file}.other` })
    sink.write(utf8('another'))
    sink.commit()
    const opened = openSubject(stored, { suite: intl, commitment, output: testOutput('subject 6') })
    expect(opened.payloads).toHaveLength(2)
    expect(opened).toEqual(openSubject(table, { suite: intl, commitment, output: testOutput('subject 6') }))
  })

  it('is refused when a byte, the length, the shape or the commitment is another', async () => {
    const { table, commitment } = buildTestTable()
    const bytes = table.encode()
    const opening = (content: Uint8Array, changes: Partial<TableCommitment> = {}) => {
      writeFileSync(file, content)
      return openTableFile(file, { ...commitment, ...changes })
    }
    await opening(bytes)
    await expectCodeAsync(
      'ERR_VERIFY_ROOT',
      opening(bytes.with(bytes.length - 1, (bytes.at(-1) as number) ^ 1)),
    )
    await expectCodeAsync('ERR_DECODE_LENGTH', opening(bytes.subarray(0, -1)))
    await expectCodeAsync('ERR_DECODE_LENGTH', opening(concat(bytes, Uint8Array.of(0))))
    await expectCodeAsync('ERR_DECODE_LENGTH', opening(new Uint8Array(0)))
    await expectCodeAsync('ERR_VERIFY_ROOT', opening(bytes, { rowCount: 96, baseRowCount: 96 }))
    await expectCodeAsync('ERR_VERIFY_ROOT', opening(bytes, { parameters: 'sealedtable_r256_c2' }))
    await expectCodeAsync('ERR_VERIFY_ROOT', opening(bytes, { root: new Uint8Array(32) }))
    expect(tableFileVersion(file, commitment)).toBe(0)
  })
})

describe.each([intl, sm])('deltas of a table in a file, suite $id', suite => {
  const oprf = oprfSuiteOf(suite.id)
  const key = suite === intl ? testTableKey : generateKeyPair(oprf, seededRandom('sm key'))
  const random = seededRandom('deltas')
  const built = buildTable({
    id: { provider: 'jia', class: 'B', epoch: 1 },
    suite,
    oprf,
    parameters,
    key,
    entries: Array.from({ length: 150 }, (_, i) => ({ input: utf8(`s${i}`), payloads: [utf8(`r${i}`)] })),
    random,
  })
  const versions = [{ ...built, delta: null as TableDelta | null }]
  for (let n = 1; n <= 5; n++) {
    const changes = [
      { input: utf8('s1'), payloads: [utf8(`r1 at ${n}`)] },
      { input: utf8(`new ${n}`), payloads: [utf8('new')] },
    ]
    versions.push(makeDelta({ ...(versions[n - 1] as (typeof versions)[0]), key, changes, random }))
  }
  const deltas = versions.flatMap(({ delta }) => delta ?? [])
  const last = versions[5] as (typeof versions)[0]

  const advanced = (table: BlockTable, some: readonly TableDelta[], commitment = last.commitment) =>
    concat(...advanceTable(table, some, commitment))

  async function stored(version: number): Promise<BlockTable> {
    const { table, commitment } = versions[version] as (typeof versions)[0]
    writeFileSync(file, table.encode())
    return openTableFile(file, commitment)
  }

  it('lead in one walk to the bytes that they lead to one by one', async () => {
    for (let from = 0; from < 5; from++) {
      const bytes = advanced(await stored(from), deltas.slice(from))
      expect(Buffer.compare(bytes, last.table.encode())).toBe(0)
    }
    expect(tableFileVersion(file, last.commitment)).toBe(4)
  })

  it('are refused out of order, with one missing, and of another shape', async () => {
    const table = await stored(0)
    const [first, second, ...rest] = deltas as [TableDelta, TableDelta, ...TableDelta[]]
    const wrong = [[second, first, ...rest], deltas.slice(1).concat(first), deltas.toSpliced(2, 1)]
    for (const some of wrong) expectCode('ERR_VERIFY_DELTA', () => advanced(table, some))
    const short = { ...first, insertions: first.insertions.slice(1) }
    expectCode('ERR_VERIFY_DELTA', () => advanced(table, [short, second, ...rest]))
  })

  it('do not lead to the committed table when a row is another', async () => {
    const [first, ...rest] = deltas as [TableDelta, ...TableDelta[]]
    const [row, ...others] = first.insertions as [(typeof first.insertions)[0], ...typeof first.insertions]
    const forged = { ...first, insertions: [{ ...row, salt: new Uint8Array(16) }, ...others] }
    const bytes = advanced(await stored(0), [forged, ...rest])
    writeFileSync(file, bytes)
    await expectCodeAsync('ERR_VERIFY_ROOT', openTableFile(file, last.commitment))
  })
})
