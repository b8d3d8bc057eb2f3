import { concat, i2osp, toHex, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { buildTestTable, forgeTable, rawRow, testOutput, testTableId } from '../testing/sealed-table.ts'
import { type RowEvidence, rowEvidenceCodec, verifyNone, verifyRow } from './evidence.ts'
import { locateSubject, openRow, openSubject, subjectTags } from './open.ts'

const built = buildTestTable()
const { table, commitment } = built
const present = openSubject(table, { suite: intl, commitment, output: testOutput('subject 1') })
const [row, none] = present.evidence as [RowEvidence, RowEvidence]
if (row.kind !== 'row' || none.kind !== 'none') throw new Error('expected a row and a none')
const leaf = (index: number) => ({ index, ...table.row(index), proof: table.prove(index) })

describe('the evidence of a row', () => {
  it('holds, survives a round trip and shows no content', () => {
    const bytes = rowEvidenceCodec.encode(row)
    const decoded = rowEvidenceCodec.decode(bytes)
    expect(() => verifyRow(commitment, intl, decoded)).not.toThrow()
    expect(toHex(bytes)).not.toContain(toHex(utf8('record of')))
  })

  it('opens with the key of its row, for a third party', () => {
    const [rowKey] = present.rowKeys
    const payload = openRow(row, { suite: intl, commitment, rowKey: rowKey as Uint8Array })
    expect(payload).toEqual(utf8('record of 1'))
  })

  it('is refused when anything in it is changed', () => {
    const flip = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte))
    const changes: Partial<typeof row>[] = [
      { index: row.index ^ 1 },
      { index: 64 },
      { tag: flip(row.tag) },
      { salt: flip(row.salt) },
      { ciphertext: flip(row.ciphertext) },
      { proof: row.proof.slice(1) },
      { proof: [...row.proof, new Uint8Array(32)] },
      { proof: row.proof.map((node, i) => (i === 2 ? flip(node) : node)) },
      { proof: [] },
    ]
    for (const change of changes) {
      expectCode('ERR_VERIFY_ROW', () => verifyRow(commitment, intl, { ...row, ...change }))
    }
  })

  it('is refused when the same bytes are cut into other fields', () => {
    // The hash sees tag ‖ σ ‖ ciphertext and no borders.
    const salt = concat(row.salt, row.ciphertext.subarray(0, 1))
    const shifted = { ...row, salt, ciphertext: row.ciphertext.subarray(1) }
    expectCode('ERR_VERIFY_ROW', () => verifyRow(commitment, intl, shifted))
  })

  it('is refused under another table, and as the evidence of none', () => {
    const other = buildTestTable({ id: { ...testTableId, epoch: 8 } }).commitment
    expectCode('ERR_VERIFY_ROW', () => verifyRow(other, intl, row))
    expectCode('ERR_VERIFY_ROW', () => verifyNone(commitment, intl, row, row.tag))
    expectCode('ERR_VERIFY_ROW', () => verifyRow(commitment, intl, none))
    const foreign = { ...commitment, suite: 'sm' } as const
    expectCode('ERR_PARAMETER_UNKNOWN', () => verifyRow(foreign, intl, row))
  })
})

describe('the evidence of none', () => {
  const first = new Uint8Array(32)
  const last = new Uint8Array(32).fill(0xff)
  const check = (evidence: RowEvidence, tag = evidence.tag) => verifyNone(commitment, intl, evidence, tag)

  it('holds in the middle and at both ends', () => {
    expect(() => check(rowEvidenceCodec.decode(rowEvidenceCodec.encode(none)))).not.toThrow()
    expect(() => check({ kind: 'none', tag: first, left: null, right: leaf(0) })).not.toThrow()
    expect(() => check({ kind: 'none', tag: last, left: leaf(63), right: null })).not.toThrow()
  })

  it('is refused for another tag', () => {
    expectCode('ERR_VERIFY_ROW', () => check(none, row.tag))
    expectCode('ERR_VERIFY_ROW', () => check(none, none.tag.subarray(1)))
    // Also for one that lies between the same neighbours.
    const beside = none.tag.map((byte, i) => (i === 31 ? byte ^ 1 : byte))
    expect(() => check({ ...none, tag: beside })).not.toThrow()
    expectCode('ERR_VERIFY_ROW', () => check(none, beside))
  })

  it('is refused for a tag that is in the table', () => {
    const { tag, index } = row
    const [left, right] = [index - 1, index + 1].map(i => (i < 0 || i > 63 ? null : leaf(i)))
    if (left === undefined || right === undefined) throw new Error('expected two neighbours')
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag, left, right }))
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag, left, right: leaf(index) }))
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag, left: leaf(index), right }))
  })

  it('is refused without the neighbour that a place has', () => {
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag: first, left: null, right: leaf(1) }))
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag: last, left: leaf(62), right: null }))
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag: first, left: null, right: null }))
    expectCode('ERR_VERIFY_ROW', () => check({ ...none, left: none.right, right: none.left }))
    const wide = { kind: 'none' as const, tag: first, left: null, right: leaf(63) }
    expectCode('ERR_VERIFY_ROW', () => check(wide))
  })

  it('is refused with a neighbour that is not under the root', () => {
    const right = { ...leaf(0), salt: new Uint8Array(16) }
    expectCode('ERR_VERIFY_ROW', () => check({ kind: 'none', tag: first, left: null, right }))
  })
})

describe('opening', () => {
  it('refuses another key, and the scope of another table', () => {
    const [rowKey] = present.rowKeys as [Uint8Array]
    const wrongKey = rowKey.map(byte => byte ^ 1)
    expectCode('ERR_VERIFY_OPEN', () => openRow(row, { suite: intl, commitment, rowKey: wrongKey }))
    for (const change of [{ class: 'C' }, { epoch: 8 }, { provider: 'galaxy' }]) {
      const moved = { ...commitment, ...change }
      expectCode('ERR_VERIFY_OPEN', () => openRow(row, { suite: intl, commitment: moved, rowKey }))
    }
    expectCode('ERR_VERIFY_ROW', () => openRow(none, { suite: intl, commitment, rowKey }))
    const unproven = { ...row, proof: [] }
    expectCode('ERR_VERIFY_ROW', () => openRow(unproven, { suite: intl, commitment, rowKey }))
  })

  it('refuses a table that is not the committed one', () => {
    const other = buildTestTable({ id: { ...testTableId, epoch: 8 } }).commitment
    const output = testOutput('subject 1')
    expectCode('ERR_VERIFY_ROOT', () => openSubject(table, { suite: intl, commitment: other, output }))
  })

  it('finds nothing with the output of another key', () => {
    const output = testOutput('subject 1').map(byte => byte ^ 1)
    expect(openSubject(table, { suite: intl, commitment, output }).payloads).toEqual([])
  })

  it('locates without opening, and says the same', () => {
    const output = testOutput('subject 6')
    const located = locateSubject(table, { suite: intl, commitment, output })
    expect(located).toEqual(openSubject(table, { suite: intl, commitment, output }).evidence)
    expect(subjectTags(intl, commitment, output)).toEqual(located.map(({ tag }) => tag))
  })

  it.each([
    ['is not padded with zeros', concat(i2osp(1, 2), new Uint8Array(510).fill(1))],
    ['claims a longer payload than fits', concat(i2osp(511, 2), new Uint8Array(510))],
  ])('refuses a row under the root that %s', (_, plaintext) => {
    const output = testOutput('subject 9')
    const forged = forgeTable(built, [rawRow(output, 0, plaintext)])
    const options = { suite: intl, commitment: forged.commitment, output }
    expect(() => locateSubject(forged.table, options)).not.toThrow()
    expectCode('ERR_VERIFY_OPEN', () => openSubject(forged.table, options))
  })

  it('refuses a row under the root that was sealed under another key', () => {
    const output = testOutput('subject 9')
    const sealed = rawRow(output, 0, new Uint8Array(512))
    const forged = forgeTable(built, [concat(sealed.subarray(0, 52), new Uint8Array(528))])
    const options = { suite: intl, commitment: forged.commitment, output }
    expectCode('ERR_VERIFY_OPEN', () => openSubject(forged.table, options))
  })

  it('refuses rows with a gap', () => {
    const output = testOutput('subject 9')
    const second = rawRow(output, 1, concat(i2osp(1, 2), new Uint8Array(510)))
    const emptyFirst = rawRow(output, 0, new Uint8Array(512))
    for (const rows of [[second], [emptyFirst, second]]) {
      const forged = forgeTable(built, rows)
      expectCode('ERR_VERIFY_OPEN', () =>
        openSubject(forged.table, { suite: intl, commitment: forged.commitment, output }),
      )
    }
  })
})
