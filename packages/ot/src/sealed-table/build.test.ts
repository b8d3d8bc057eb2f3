import { createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { compareBytes, concat, i2osp, toHex, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { generateKeyPair, oprfP256Sha256, oprfRistretto255Sha512 } from '../oprf/index.ts'
import { buildTestTable, testEntries, testOutput, testTableId } from '../testing/sealed-table.ts'
import { verifyTableCommitment } from './commitment.ts'
import { verifyNone, verifyRow } from './evidence.ts'
import { openSubject } from './open.ts'
import { rowPayloadBytes, sealedTableParameters, sealedTableParametersById } from './params.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const { table, commitment } = buildTestTable()
const tags = (of: typeof table) => Array.from({ length: of.rowCount }, (_, i) => of.row(i).tag)

describe('a built table', () => {
  it('gives every subject its payloads, with evidence', () => {
    for (const { input, payloads } of testEntries) {
      const output = testOutput(new TextDecoder().decode(input))
      const opened = openSubject(table, { suite: intl, commitment, output })
      expect(opened.payloads.map(toHex)).toEqual(payloads.map(toHex))
      expect(opened.evidence).toHaveLength(2)
      for (const piece of opened.evidence.filter(({ kind }) => kind === 'row')) {
        verifyRow(commitment, intl, piece)
      }
    }
  })

  it('proves none for everybody else', () => {
    for (let i = 100; i < 120; i++) {
      const opened = openSubject(table, { suite: intl, commitment, output: testOutput(`subject ${i}`) })
      expect(opened.payloads).toEqual([])
      expect(opened.rowKeys).toEqual([null, null])
      expect(opened.evidence.map(({ kind }) => kind)).toEqual(['none', 'none'])
      for (const piece of opened.evidence) verifyNone(commitment, intl, piece, piece.tag)
    }
  })

  it('is padded to its size class with rows of one length, by strictly increasing tags', () => {
    expect(commitment).toMatchObject({ ...testTableId, version: 0, rowCount: 64 })
    expect(table.rowCount).toBe(64)
    const all = tags(table)
    expect(all.slice(1).every((tag, i) => compareBytes(all[i] as Uint8Array, tag) < 0)).toBe(true)
    const lengths = Array.from({ length: 64 }, (_, i) => table.row(i).ciphertext.length)
    expect(new Set(lengths)).toEqual(new Set([512 + 16]))
    expect(() => verifyTableCommitment(commitment)).not.toThrow()
  })

  it('keeps its bytes: the root of fixed randomness', () => {
    // Made by this implementation; a change here breaks published tables.
    expect(toHex(table.root)).toBe('8667778b6f07693f0218c1cf14e360645d2c7abb24ae3edd60b4a645dc22bd99')
  })

  it('is what the key schedule says, recomputed with node:crypto alone', () => {
    const publicKey = Buffer.from(commitment.publicKey)
    const text = (value: string) => [i2osp(value.length, 2), utf8(value)]
    const scope = concat(...text('mixun-row'), ...text('cinda'), ...text('B'), i2osp(7, 8))
    const output = testOutput('subject 6')
    const derive = (info: Uint8Array, length: number) =>
      new Uint8Array(hkdfSync('sha256', output, concat(scope, i2osp(32, 2), publicKey), info, length))
    const tag = derive(concat(utf8('tag'), Uint8Array.of(1)), 32)
    const { found, index } = table.find(tag)
    expect(found).toBe(true)
    const row = table.row(index)
    const key = derive(concat(utf8('key'), Uint8Array.of(1), row.salt), 32)
    const decipher = createDecipheriv('aes-256-gcm', key, new Uint8Array(12))
    decipher.setAAD(concat(scope, i2osp(0, 8), tag, row.salt))
    decipher.setAuthTag(row.ciphertext.subarray(512))
    const plaintext = concat(decipher.update(row.ciphertext.subarray(0, 512)), decipher.final())
    expect(toHex(plaintext)).toBe(toHex(concat(i2osp(10, 2), utf8('second row'), new Uint8Array(500))))
    const leaf = createHash('sha256')
      .update(concat(Uint8Array.of(0), tag, i2osp(0, 4), row.salt, row.ciphertext))
      .digest()
    const sibling = table.row(index ^ 1)
    const other = createHash('sha256')
      .update(concat(Uint8Array.of(0), sibling.tag, i2osp(0, 4), sibling.salt, sibling.ciphertext))
      .digest()
    expect(toHex(table.prove(index ^ 1)[0] as Uint8Array)).toBe(toHex(leaf))
    expect(toHex(table.prove(index)[0] as Uint8Array)).toBe(toHex(other))
  })

  it('has fresh salts and dummies at every build, and the same tags for its subjects', () => {
    const again = buildTestTable({ random: seededRandom('again') }).table
    const known = new Set(tags(table).map(toHex))
    const common = tags(again).filter(tag => known.has(toHex(tag)))
    expect(common).toHaveLength(7)
    for (const tag of common) {
      const [before, after] = [table, again].map(of => of.row(of.find(tag).index))
      expect(toHex(before?.salt as Uint8Array)).not.toBe(toHex(after?.salt as Uint8Array))
      expect(toHex(before?.ciphertext as Uint8Array)).not.toBe(toHex(after?.ciphertext as Uint8Array))
    }
  })

  it.each([
    ['epoch', { id: { ...testTableId, epoch: 8 } }],
    ['class', { id: { ...testTableId, class: 'C' } }],
    ['provider', { id: { ...testTableId, provider: 'galaxy' } }],
    ['key', { key: generateKeyPair(oprfRistretto255Sha512, seededRandom('next epoch')) }],
  ])('shares no tag with the table of another %s', (_, changes) => {
    const known = new Set(tags(table).map(toHex))
    expect(tags(buildTestTable(changes).table).filter(tag => known.has(toHex(tag)))).toEqual([])
  })

  it('grows to the next size class', () => {
    const entries = Array.from({ length: 65 }, (_, i) => ({ input: utf8(`${i}`), payloads: [utf8('x')] }))
    expect(buildTestTable({ entries }).commitment.rowCount).toBe(96)
  })

  it('may be empty', () => {
    expect(buildTestTable({ entries: [] }).table.rowCount).toBe(64)
  })

  it('works with every parameter set, and with P-256', () => {
    const random = seededRandom('P-256')
    const key = generateKeyPair(oprfP256Sha256, random, ANY_ARITHMETIC)
    const built = buildTestTable({ key, oprf: oprfP256Sha256, random, entries: [] })
    expect(() => verifyTableCommitment(built.commitment)).not.toThrow()
    expect(built.commitment.publicKey).toHaveLength(33)
    for (const parameters of sealedTableParameters) {
      const payload = new Uint8Array(rowPayloadBytes(parameters)).fill(1)
      const payloads = Array.from({ length: parameters.rowsPerSubject }, () => payload)
      const { table: sealed, commitment: published } = buildTestTable({
        parameters,
        entries: [{ input: utf8('subject 1'), payloads }],
      })
      const output = testOutput('subject 1')
      const opened = openSubject(sealed, { suite: intl, commitment: published, output })
      expect(opened.payloads).toEqual(payloads)
    }
  })
})

describe('building', () => {
  const entry = (payloads: readonly Uint8Array[], input = utf8('a')) => ({ entries: [{ input, payloads }] })

  it('refuses a subject that comes twice', () => {
    const entries = [...testEntries, { input: utf8('subject 3'), payloads: [utf8('again')] }]
    expectCode('ERR_TABLE_DUPLICATE_SUBJECT', () => buildTestTable({ entries }))
  })

  it('refuses too many and too long payloads', () => {
    const three = [1, 2, 3].map(() => utf8('x'))
    expectCode('ERR_TABLE_ROW_FULL', () => buildTestTable(entry(three)))
    expectCode('ERR_TABLE_ROW_FULL', () => buildTestTable(entry([new Uint8Array(511)])))
  })

  it('refuses entries without payload, empty payloads, inputs of the dummies', () => {
    expectCode('ERR_INPUT_LENGTH', () => buildTestTable(entry([])))
    expectCode('ERR_INPUT_LENGTH', () => buildTestTable(entry([new Uint8Array(0)])))
    expectCode('ERR_INPUT_RANGE', () => buildTestTable(entry([utf8('x')], Uint8Array.of(0xff, 1))))
  })

  it('refuses a bad id', () => {
    for (const changes of [{ provider: 'Cinda' }, { class: 'b' }, { epoch: -1 }]) {
      expectCode('ERR_INPUT_RANGE', () => buildTestTable({ id: { ...testTableId, ...changes } }))
    }
  })
})

describe('parameters', () => {
  it('are found by id', () => {
    const parameters = sealedTableParametersById('sealedtable_r256_c4')
    expect(parameters).toMatchObject({ rowBytes: 256, rowsPerSubject: 4 })
    expect(rowPayloadBytes(parameters)).toBe(254)
  })

  it('refuses an unknown id', () => {
    expectCode('ERR_PARAMETER_UNKNOWN', () => sealedTableParametersById('sealedtable_r1024_c2'))
  })
})
