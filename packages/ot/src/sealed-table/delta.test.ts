import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluateInput, generateKeyPair, type OprfSuite, oprfSuiteOf } from '../oprf/index.ts'
import {
  buildTestTable,
  recommit,
  testEntries,
  testOutput,
  testTableId,
  testTableKey,
} from '../testing/sealed-table.ts'
import {
  type BuiltTable,
  buildTable,
  decodeDelta,
  deltaBytes,
  deltaShape,
  encodeDelta,
  locateSubject,
  makeDelta,
  openSubject,
  SealedTable,
  type SubjectChange,
  sealedTableParametersById,
  TableBook,
  type TableDelta,
  verifyNone,
  verifyRow,
  verifyTableCommitment,
} from './index.ts'

let built: BuiltTable

beforeAll(() => {
  built = buildTestTable()
})

const shape = deltaShape(64)

function step(from: BuiltTable, changes: readonly SubjectChange[], seed = 'delta') {
  return makeDelta({ ...from, key: testTableKey, changes, random: seededRandom(seed) })
}

/** The texts that a subject's rows hold. */
function read({ table, commitment }: Pick<BuiltTable, 'table' | 'commitment'>, subject: string): string[] {
  const { payloads } = openSubject(table, { suite: intl, commitment, output: testOutput(subject) })
  return payloads.map(payload => Buffer.from(payload).toString())
}

const change = (subject: string, ...texts: string[]): SubjectChange => ({
  input: utf8(subject),
  payloads: texts.map(text => utf8(text)),
})

describe('a delta', () => {
  it('brings new subjects, corrections and withdrawals, and leaves the others', () => {
    const next = step(built, [
      change('subject 1', 'corrected'),
      change('subject 2'),
      change('subject 3', 'record of 3', 'another'),
      change('newcomer', 'first record'),
    ])
    expect(next.deferred).toEqual([])
    expect(read(next, 'subject 1')).toEqual(['corrected'])
    expect(read(next, 'subject 2')).toEqual([])
    expect(read(next, 'subject 3')).toEqual(['record of 3', 'another'])
    expect(read(next, 'newcomer')).toEqual(['first record'])
    expect(read(next, 'subject 4')).toEqual(['record of 4'])
    expect(read(next, 'subject 6')).toHaveLength(2)
    expect(read(next, 'nobody')).toEqual([])
    expect(next.commitment).toMatchObject({ ...testTableId, version: 1, rowCount: 64 + shape.insertions })
    verifyTableCommitment(next.commitment)
  })

  it('has the same shape and length whatever changed', () => {
    const none = step(built, [])
    const some = step(built, [change('newcomer', 'record'), change('subject 1')], 'other')
    for (const { delta, commitment, table } of [none, some]) {
      expect(delta.insertions).toHaveLength(shape.insertions)
      expect(delta.updates).toHaveLength(shape.updates)
      expect(encodeDelta(delta)).toHaveLength(deltaBytes(commitment))
      expect(table.rowCount).toBe(commitment.rowCount)
    }
    expect(none.commitment.rowCount).toBe(some.commitment.rowCount)
  })

  it('seals the same content anew, under fresh salts, in rows drawn from the whole table', () => {
    const counts = new Map<number, number>()
    for (let i = 0; i < 60; i++) {
      for (const { index, row } of step(built, [], `draw ${i}`).delta.updates) {
        counts.set(index, (counts.get(index) ?? 0) + 1)
        expect(toHex(row.salt)).not.toBe(toHex(built.table.row(index).salt))
      }
    }
    expect(counts.size).toBe(64) // 60 · 12 draws of 64 rows: one stays out with probability 64 · (52/64)^60 < 0.001
  })

  it('is applied by a member that has only the version before', () => {
    const next = step(built, [change('newcomer', 'record'), change('subject 5', 'new text')])
    const held = SealedTable.decode(built.table.encode(), built.commitment)
    const delta = decodeDelta(encodeDelta(next.delta), next.commitment)
    const updated = held.apply(delta, shape)
    updated.checkRoot(next.commitment)
    expect(updated.encode()).toEqual(next.table.encode())
    expect(SealedTable.decode(updated.encode(), next.commitment).root).toEqual(next.commitment.root)
    expect(read({ table: updated, commitment: next.commitment }, 'newcomer')).toEqual(['record'])
  })

  it('proves rows and "none" under the new root, and not under the old one', () => {
    const next = step(built, [change('newcomer', 'record')])
    const options = { suite: intl, commitment: next.commitment, output: testOutput('newcomer') }
    const [row, none] = locateSubject(next.table, options)
    if (row?.kind !== 'row' || none?.kind !== 'none') throw new Error('expected a row, then none')
    verifyRow(next.commitment, intl, row)
    verifyNone(next.commitment, intl, none, none.tag)
    expectCode('ERR_VERIFY_ROW', () => verifyRow(built.commitment, intl, row))
    expectCode('ERR_VERIFY_ROW', () => verifyRow(next.commitment, intl, { ...row, version: 0 }))
  })

  it('defers what does not fit, and the next one takes it', () => {
    const changes = Array.from({ length: 3 * shape.insertions }, (_, i) => change(`new ${i}`, `record ${i}`))
    let from: BuiltTable = built
    let waiting: readonly SubjectChange[] = changes
    for (let version = 1; waiting.length > 0; version++) {
      const next = step(from, waiting, `round ${version}`)
      expect(next.deferred).toHaveLength(waiting.length - shape.insertions)
      ;[from, waiting] = [next, next.deferred]
    }
    expect(from.commitment.version).toBe(3)
    for (const [i] of changes.entries()) expect(read(from, `new ${i}`)).toEqual([`record ${i}`])
  })

  it('defers corrections beyond its updates too', () => {
    const names = Array.from({ length: 20 }, (_, i) => `known ${i}`)
    const many = buildTestTable({ entries: names.map(name => change(name, 'before')) })
    const next = step(
      many,
      names.map(name => change(name, 'after')),
    )
    expect(next.deferred).toHaveLength(20 - shape.updates)
    expect(names.map(name => read(next, name)[0])).toEqual([
      ...Array<string>(shape.updates).fill('after'),
      ...Array<string>(20 - shape.updates).fill('before'),
    ])
  })

  it('keeps what any sequence of changes adds up to', () => {
    const subject = fc.integer({ min: 1, max: 9 }).map(i => `subject ${i}`)
    const texts = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }), {
      maxLength: 2,
    })
    const round = fc.uniqueArray(fc.tuple(subject, texts), { selector: ([name]) => name, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 4 }), rounds => {
        const expected = new Map<string, string[]>()
        for (const { input, payloads } of testEntries) {
          const held = payloads.map(payload => Buffer.from(payload).toString())
          expected.set(Buffer.from(input).toString(), held)
        }
        let from: BuiltTable = built
        let waiting: readonly SubjectChange[] = []
        for (const changes of [...rounds, [], []]) {
          const named = new Set(changes.map(([name]) => name))
          const rest = waiting.filter(({ input }) => !named.has(Buffer.from(input).toString()))
          const changesNow = [...rest, ...changes.map(([name, held]) => change(name, ...held))]
          const next = step(from, changesNow, `version ${from.commitment.version}`)
          for (const [name, held] of changes) expected.set(name, held)
          ;[from, waiting] = [next, next.deferred]
        }
        expect(waiting).toEqual([])
        for (const [name, held] of expected) expect(read(from, name)).toEqual(held)
      }),
      { numRuns: 15 },
    )
  })

  it('works in suite sm', () => {
    const oprf: OprfSuite = oprfSuiteOf('sm')
    const key = generateKeyPair(oprf, seededRandom('sm key'))
    const first = buildTable({
      id: testTableId,
      suite: sm,
      oprf,
      parameters: sealedTableParametersById('sealedtable_r256_c1'),
      key,
      entries: [{ input: utf8('one'), payloads: [utf8('held')] }],
      random: seededRandom('sm table'),
    })
    const next = makeDelta({
      ...first,
      key,
      changes: [change('two', 'new')],
      random: seededRandom('sm delta'),
    })
    for (const [subject, text] of [
      ['one', 'held'],
      ['two', 'new'],
    ] as const) {
      const output = evaluateInput(oprf, 'voprf', key.secretKey, utf8(subject))
      const { payloads } = openSubject(next.table, { suite: sm, commitment: next.commitment, output })
      expect(payloads).toEqual([utf8(text)])
    }
  })
})

describe('a delta is refused', () => {
  const tampered = (change: (delta: TableDelta) => TableDelta) => {
    const { delta } = step(built, [change_])
    return () => built.table.apply(change(delta), shape)
  }
  const change_ = change('newcomer', 'record')

  it.each<[string, (delta: TableDelta) => TableDelta]>([
    ['fewer insertions', delta => ({ ...delta, insertions: delta.insertions.slice(1) })],
    ['more updates', delta => ({ ...delta, updates: [...delta.updates, ...delta.updates.slice(-1)] })],
    ['a row of another version', delta => ({ ...delta, version: 2 })],
    ['updates out of order', delta => ({ ...delta, updates: delta.updates.toReversed() })],
    [
      'an update beyond the table',
      delta => ({
        ...delta,
        updates: [...delta.updates.slice(0, -1), { ...delta.updates.at(-1)!, index: 64 }],
      }),
    ],
    [
      'an update with another tag',
      delta => {
        const [first, ...rest] = delta.updates
        const row = { ...first!.row, tag: new Uint8Array(32) }
        return { ...delta, updates: [{ ...first!, row }, ...rest] }
      },
    ],
    [
      'an insertion of a tag that the table has',
      delta => ({ ...delta, insertions: delta.insertions.with(0, { ...built.table.row(3), version: 1 }) }),
    ],
  ])('with %s', (_case, tamper) => {
    expectCode('ERR_VERIFY_DELTA', tampered(tamper))
  })

  it('with insertions out of order, or one tag twice', () => {
    const { delta } = step(built, [change_])
    const { insertions } = delta
    const reversed = { ...delta, insertions: insertions.toReversed() }
    expectCode('ERR_VERIFY_ROOT', () => built.table.apply(reversed, shape))
    const doubled = { ...delta, insertions: insertions.with(1, insertions[0]!) }
    expectCode('ERR_VERIFY_ROOT', () => built.table.apply(doubled, shape))
  })

  it('with any other row than the committed ones', () => {
    const { delta, commitment } = step(built, [change_])
    const [first, ...rest] = delta.insertions
    const ciphertext = first!.ciphertext.with(5, first!.ciphertext[5]! ^ 1)
    const updated = built.table.apply({ ...delta, insertions: [{ ...first!, ciphertext }, ...rest] }, shape)
    expectCode('ERR_VERIFY_ROOT', () => updated.checkRoot(commitment))
  })

  it('when it is cut off or followed by something', () => {
    const { delta, commitment } = step(built, [])
    const bytes = encodeDelta(delta)
    expectCode('ERR_DECODE_LENGTH', () => decodeDelta(bytes.subarray(1), commitment))
    expectCode('ERR_DECODE_TRAILING', () => decodeDelta(concat(bytes, Uint8Array.of(0)), commitment))
  })

  it('under a commitment whose number of rows is not that of its version', () => {
    const { commitment } = step(built, [])
    for (const changes of [{ rowCount: 64 }, { version: 2 }, { baseRowCount: 96 }, { baseRowCount: 65 }]) {
      expectCode('ERR_DECODE_SCHEMA', () => recommit({ ...commitment, ...changes }))
    }
  })

  it('by its maker for changes that fit no table', () => {
    const twice = [change('subject 1', 'a'), change('subject 1', 'b')]
    expectCode('ERR_TABLE_DUPLICATE_SUBJECT', () => step(built, twice))
    expectCode('ERR_TABLE_ROW_FULL', () => step(built, [change('subject 1', 'a', 'b', 'c')]))
    expectCode('ERR_INPUT_LENGTH', () => step(built, [change('subject 1', '')]))
    const dummy = { input: Uint8Array.of(0xff, 1), payloads: [] }
    expectCode('ERR_INPUT_RANGE', () => step(built, [dummy]))
    const last = { ...built, commitment: { ...built.commitment, version: 40_000 } }
    expectCode('ERR_INPUT_RANGE', () => step(last, []))
  })
})

describe('the book of a table', () => {
  it('names the input of every row, also after deltas and a round trip', () => {
    const { book, table, commitment } = step(built, [change('newcomer', 'record')])
    const read = TableBook.decode(book.encode())
    expect(read.rowCount).toBe(table.rowCount)
    for (let i = 0; i < table.rowCount; i++) {
      const { input, row } = read.at(i)
      const output = evaluateInput(oprfSuiteOf('intl'), 'voprf', testTableKey.secretKey, input)
      const evidence = locateSubject(table, { suite: intl, commitment, output })[row]
      expect(evidence).toMatchObject({ kind: 'row', index: i })
    }
    expectCode('ERR_INPUT_RANGE', () => read.at(table.rowCount))
    expectCode('ERR_DECODE_LENGTH', () => TableBook.decode(book.encode().subarray(1)))
  })
})
