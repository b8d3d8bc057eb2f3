import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { treeRoot } from '@mixun/core/merkle'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildTestTable, testOutput, testTableId } from '../testing/sealed-table.ts'
import { openSubject } from './open.ts'
import { rowLeaf, splitRow } from './row.ts'
import { SealedTable, sealedTableBytes } from './table.ts'
import { FlatTree } from './tree.ts'

const { table, commitment } = buildTestTable()
const bytes = table.encode()
const rowBytes = 32 + 4 + 16 + 512 + 16
const header = bytes.length - 64 * rowBytes

describe('a downloaded table', () => {
  it('has the announced length and opens like the original', () => {
    expect(bytes).toHaveLength(sealedTableBytes(commitment))
    const decoded = SealedTable.decode(bytes, commitment)
    expect(toHex(decoded.root)).toBe(toHex(table.root))
    const opened = openSubject(decoded, { suite: intl, commitment, output: testOutput('subject 1') })
    expect(opened.payloads).toEqual([utf8('record of 1')])
  })

  it('cannot be changed through the bytes it came from, or those it gives out', () => {
    const source = bytes.slice()
    const decoded = SealedTable.decode(source, commitment)
    const before = toHex(decoded.encode())
    source.fill(0)
    decoded.row(0).tag.fill(0)
    decoded.root.fill(0)
    expect(toHex(decoded.encode())).toBe(before)
    expect(() => decoded.checkRoot(commitment)).not.toThrow()
  })

  it('is refused with any byte of a row flipped', () => {
    const position = fc.integer({ min: header, max: bytes.length - 1 })
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const flipped = bytes.slice()
        flipped[at] = (flipped[at] as number) ^ mask
        expectCode('ERR_VERIFY_ROOT', () => SealedTable.decode(flipped, commitment))
      }),
      { numRuns: 50 },
    )
  })

  it('is refused with two rows swapped, a row doubled, or a row missing', () => {
    const row = (i: number) => bytes.subarray(header + i * rowBytes, header + (i + 1) * rowBytes)
    const rows = Array.from({ length: 64 }, (_, i) => row(i))
    const decode = (content: readonly Uint8Array[]) =>
      SealedTable.decode(concat(bytes.subarray(0, header), ...content), commitment)
    decode(rows)
    expectCode('ERR_VERIFY_ROOT', () => decode([row(1), row(0), ...rows.slice(2)]))
    expectCode('ERR_VERIFY_ROOT', () => decode([row(0), row(0), ...rows.slice(2)]))
    expectCode('ERR_DECODE_LENGTH', () => decode(rows.slice(1)))
    expectCode('ERR_DECODE_TRAILING', () => decode([...rows, row(63)]))
  })

  it('is refused with rows out of order or doubled that its root commits to', () => {
    const row = (i: number) => bytes.subarray(header + i * rowBytes, header + (i + 1) * rowBytes)
    const rest = Array.from({ length: 62 }, (_, i) => row(i + 2))
    const committed = (rows: readonly Uint8Array[]) => {
      const tree = new FlatTree(intl, concat(...rows.map(each => rowLeaf(intl, splitRow(each)))))
      const root = treeRoot(intl.hash, tree, 64)
      return SealedTable.decode(concat(bytes.subarray(0, header), ...rows), { ...commitment, root })
    }
    expect(() => committed([row(0), row(1), ...rest])).not.toThrow()
    expectCode('ERR_VERIFY_ROOT', () => committed([row(1), row(0), ...rest]))
    expectCode('ERR_VERIFY_ROOT', () => committed([row(0), row(0), ...rest]))
  })

  it('is refused under the commitment of another epoch, shape or size', () => {
    const next = buildTestTable({ id: { ...testTableId, epoch: 8 } }).commitment
    expectCode('ERR_VERIFY_ROOT', () => SealedTable.decode(bytes, next))
    const shaped = { ...commitment, parameters: 'sealedtable_r512_c1' }
    expectCode('ERR_VERIFY_ROOT', () => SealedTable.decode(bytes, shaped))
    expectCode('ERR_VERIFY_ROOT', () => SealedTable.decode(bytes, { ...commitment, rowCount: 96 }))
  })

  it('is refused when it is something else', () => {
    const renamed = bytes.slice()
    renamed[2] = 0x4d
    expectCode('ERR_DECODE_SCHEMA', () => SealedTable.decode(renamed, commitment))
  })

  it('never fails without a code', () => {
    const prefix = fc.nat(200).map(length => bytes.subarray(0, length))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), prefix), garbage => {
        try {
          SealedTable.decode(garbage, commitment)
        } catch (error) {
          return error instanceof MixunError && /^ERR_(DECODE|VERIFY)_/.test(error.code)
        }
        return false
      }),
    )
  })
})

describe('looking up', () => {
  it('finds every tag and the place of every other', () => {
    for (let i = 0; i < table.rowCount; i++) {
      const { tag } = table.row(i)
      expect(table.find(tag)).toEqual({ found: true, index: i })
      const above = tag.slice()
      above[31] = (above[31] as number) ^ 1
      const isAbove = (above[31] as number) > (tag[31] as number)
      expect(table.find(above)).toEqual({ found: false, index: isAbove ? i + 1 : i })
    }
    expect(table.find(new Uint8Array(32))).toEqual({ found: false, index: 0 })
    expect(table.find(new Uint8Array(32).fill(0xff))).toEqual({ found: false, index: 64 })
  })

  it('refuses tags of another length and rows outside', () => {
    expectCode('ERR_INPUT_LENGTH', () => table.find(new Uint8Array(31)))
    expectCode('ERR_INPUT_RANGE', () => table.row(64))
    expectCode('ERR_INPUT_RANGE', () => table.row(-1))
    expectCode('ERR_INPUT_RANGE', () => table.prove(64))
  })

  it('is made of whole rows', () => {
    const make = (length: number) => new SealedTable(intl, table.parameters, new Uint8Array(length))
    expectCode('ERR_INPUT_LENGTH', () => make(0))
    expectCode('ERR_INPUT_LENGTH', () => make(rowBytes + 1))
  })
})
