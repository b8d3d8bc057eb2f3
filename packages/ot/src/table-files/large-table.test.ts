import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { evaluateInput, generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import {
  buildLargeTable,
  buildTable,
  type LargeTableOptions,
  openSubject,
  SealedTable,
  sealedTableParametersById,
  sealedTableTasks,
  type TableEntry,
  verifyTableCommitment,
} from '../sealed-table/index.ts'
import { BookFile, BookWriter, FileRuns, TableFile } from './index.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mixun-large-table-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe.each([intl, sm])('a large table in files, suite $id', suite => {
  const oprf = oprfSuiteOf(suite.id)
  const key = generateKeyPair(oprf, seededRandom('large key'))
  const entries: TableEntry[] = Array.from({ length: 150 }, (_, i) => ({
    input: utf8(`one-code:${i}`),
    payloads: i % 7 === 0 ? [utf8(`${i} a`), utf8(`${i} b`)] : [utf8(`${i}`)],
  }))
  const pool = inlinePool({ modules: [sealedTableTasks] })
  const shared = {
    id: { provider: 'jia', class: 'B', epoch: 3 },
    suite,
    oprf,
    parameters: sealedTableParametersById('sealedtable_r512_c2'),
    key,
  }
  const sealingKey = new Uint8Array(suite.aeadKeyBytes).fill(7)
  const nonce = new Uint8Array(suite.aeadNonceBytes)

  const seal = (place: string, bytes: Uint8Array) => suite.seal(sealingKey, nonce, bytes, utf8(place))
  const open = (place: string, bytes: Uint8Array) => suite.open(sealingKey, nonce, bytes, utf8(place))
  const runs = () => new FileRuns({ folder: join(folder, 'runs'), seal, open })
  const file = () => join(folder, 'b.table')
  const bookFile = () => join(folder, 'b.book')

  async function build(changes: Partial<LargeTableOptions> = {}, compute: ComputePool = pool) {
    using table = new TableFile(file())
    using book = new BookWriter(bookFile(), seal)
    const random = seededRandom('large rows')
    const options = { ...shared, entries: () => entries, random, runSubjects: 64, ...changes }
    const commitment = await buildLargeTable(compute, options, runs(), { table, book })
    book.commit()
    table.commit()
    return { commitment, book: new BookFile(bookFile(), open) }
  }

  /** A pool that dies with its `nth` task. */
  function dyingPool(nth: number): ComputePool {
    let tasks = 0
    const run: ComputePool['run'] = async (...task) => {
      if (++tasks === nth) throw new Error('the power is out')
      return pool.run(...task)
    }
    return { ...pool, concurrency: 1, run }
  }

  test('is byte for byte that of a build in memory, whatever the runs', async () => {
    const inMemory = buildTable({ ...shared, entries, random: seededRandom('large rows') })
    for (const runSubjects of [64, 128, 1_024]) {
      const { commitment, book } = await build({ runSubjects })
      expect(toHex(readFileSync(file()))).toBe(toHex(inMemory.table.encode()))
      expect(commitment).toEqual(inMemory.commitment)
      const { rowCount } = inMemory.table
      const rows = Array.from({ length: rowCount }, (_, i) => book.at(i))
      expect(rows).toEqual(inMemory.book.rows())
      expectCode('ERR_INPUT_RANGE', () => book.at(rowCount))
    }
  })

  test('goes on after its last whole run when it was cut off', async () => {
    await expect(build({}, dyingPool(2))).rejects.toThrow('the power is out')
    expect(readdirSync(join(folder, 'runs')).toSorted()).toEqual(['0.run', 'build'])
    expect(existsSync(file())).toBe(false)
    const first = readFileSync(join(folder, 'runs', '0.run'))
    // What the crash left half written.
    writeFileSync(join(folder, 'runs', '1.run.tmp'), 'half')
    const progress: [number, number][] = []
    const random = seededRandom('the second attempt')
    const { commitment } = await build({ random, onProgress: (done, all) => void progress.push([done, all]) })
    expect(readFileSync(join(folder, 'runs', '0.run'))).toEqual(first)
    // Of the rows, 22 are second rows of a subject.
    const total = commitment.rowCount - 22
    expect(progress[0]).toEqual([64, total])
    expect(progress.at(-1)).toEqual([total, total])
    verifyTableCommitment(commitment)
    const table = SealedTable.decode(readFileSync(file()), commitment)
    for (const { input, payloads } of entries) {
      const output = evaluateInput(oprf, 'voprf', key.secretKey, input)
      expect(openSubject(table, { suite, commitment, output }).payloads).toEqual(payloads)
    }
  })

  test('starts anew for other entries, another key, epoch or length of run', async () => {
    const others: Partial<LargeTableOptions>[] = [
      { entries: () => entries.with(149, { input: utf8('one-code:149'), payloads: [utf8('other')] }) },
      { entries: () => entries.slice(1) },
      { key: generateKeyPair(oprf, seededRandom('another key')) },
      { id: { ...shared.id, epoch: 4 } },
      { runSubjects: 65 },
    ]
    for (const other of others) {
      await expect(build({}, dyingPool(3))).rejects.toThrow('the power is out')
      const progress: number[] = []
      await build({ ...other, onProgress: done => void progress.push(done) })
      expect(progress[0]).toBe(0)
      runs().clear()
    }
  })

  test('refuses two entries of one subject, in one run or far apart', async () => {
    for (const at of [1, 140]) {
      const twice = entries.with(at, entries[0] as TableEntry)
      await expectCodeAsync('ERR_TABLE_DUPLICATE_SUBJECT', build({ entries: () => twice }))
      expect(readdirSync(folder)).toEqual(['runs'])
    }
  })

  /** Makes all runs and dies before the table is made of them. @returns the file of a run */
  async function cutOffWhole(): Promise<(run: number) => string> {
    const dead = new Error('the disk is full')
    const sink = {
      write: () => {
        throw dead
      },
    }
    const options = { ...shared, entries: () => entries, random: seededRandom('large rows'), runSubjects: 64 }
    const sinks = { table: sink, book: sink }
    await expect(buildLargeTable(pool, options, runs(), sinks)).rejects.toThrow(dead)
    return run => join(folder, 'runs', `${run}.run`)
  }

  test('seals anew what is damaged of its runs, and nothing else', async () => {
    for (const damage of [
      (whole: Uint8Array) => whole.with(8, (whole[8] as number) ^ 1),
      (whole: Uint8Array) => whole.with(whole.length - 1, (whole[whole.length - 1] as number) ^ 1),
      (whole: Uint8Array) => whole.subarray(0, whole.length - 1),
      (whole: Uint8Array) => concat(whole, whole),
      () => new Uint8Array(3),
      () => new Uint8Array(0),
      null,
    ]) {
      const runFile = await cutOffWhole()
      const total = readdirSync(join(folder, 'runs')).length - 1
      expect(total).toBe(3)
      const others = [0, 2].map(run => readFileSync(runFile(run)))
      if (damage === null) rmSync(runFile(1))
      else writeFileSync(runFile(1), damage(readFileSync(runFile(1))))
      const progress: number[] = []
      let tasks = 0
      const counting: ComputePool = { ...pool, run: (...task) => (tasks++, pool.run(...task)) }
      const changes = {
        random: seededRandom('again'),
        onProgress: (done: number) => void progress.push(done),
      }
      const { commitment } = await build(changes, counting)
      expect([0, 2].map(run => readFileSync(runFile(run)))).toEqual(others)
      expect(progress.at(-1)).toBe((progress[0] as number) + 64)
      expect(tasks).toBeLessThan(3)
      const table = SealedTable.decode(readFileSync(file()), commitment)
      for (const { input, payloads } of entries) {
        const output = evaluateInput(oprf, 'voprf', key.secretKey, input)
        expect(openSubject(table, { suite, commitment, output }).payloads).toEqual(payloads)
      }
      runs().clear()
    }
  })

  test('whose run somebody changed with its digest fails once: ERR_VERIFY_OPEN, ERR_DECODE_LENGTH', async () => {
    const runFile = await cutOffWhole()
    const whole = readFileSync(runFile(1))
    const withDigest = (body: Uint8Array) => concat(body, createHash('sha256').update(body).digest())
    const body = whole.subarray(0, whole.length - 32)
    for (const [code, changed] of [
      ['ERR_VERIFY_OPEN', body.with(100, (body[100] as number) ^ 1)],
      ['ERR_VERIFY_OPEN', body.with(700, (body[700] as number) ^ 1)],
      ['ERR_DECODE_LENGTH', body.subarray(0, body.length - 1)],
      ['ERR_DECODE_LENGTH', body.with(0, 0xff)],
    ] as const) {
      writeFileSync(runFile(1), withDigest(changed))
      await expectCodeAsync(code, build())
      expect(existsSync(runFile(1))).toBe(false)
      await build()
      await cutOffWhole()
    }
  })

  test('names no subject in its files', async () => {
    await build()
    const subject = Buffer.from(utf8('one-code:'))
    expect(readFileSync(bookFile()).includes(subject)).toBe(false)
    for (const name of readdirSync(join(folder, 'runs'))) {
      expect(readFileSync(join(folder, 'runs', name)).includes(subject)).toBe(false)
    }
  })

  test('has a book whose blocks are refused when they were altered, moved or cut: ERR_VERIFY_OPEN', async () => {
    const { book } = await build()
    const whole = readFileSync(bookFile())
    const [last, firstLength] = [191, whole.readUInt32BE(0)]
    for (const [row, changed] of [
      [0, whole.with(100, (whole[100] as number) ^ 1)],
      [last, whole.subarray(4 + firstLength)],
      [last, whole.subarray(0, -1)],
    ] as const) {
      writeFileSync(bookFile(), changed)
      const inFirst = row === 0 || changed.length === whole.length - 4 - firstLength ? 0 : row
      expectCode('ERR_VERIFY_OPEN', () => new BookFile(bookFile(), open).at(inFirst))
    }
    writeFileSync(bookFile(), whole)
    expect(book.at(last)).toEqual(new BookFile(bookFile(), open).at(last))
  })

  test('refuses what a table in memory refuses', async () => {
    const wrong = (entry: TableEntry) => build({ entries: () => [...entries, entry] })
    await expectCodeAsync('ERR_INPUT_LENGTH', wrong({ input: utf8('x'), payloads: [] }))
    await expectCodeAsync('ERR_INPUT_LENGTH', wrong({ input: utf8('x'), payloads: [new Uint8Array(0)] }))
    await expectCodeAsync('ERR_TABLE_ROW_FULL', wrong({ input: utf8('x'), payloads: [new Uint8Array(511)] }))
    await expectCodeAsync('ERR_INPUT_RANGE', wrong({ input: Uint8Array.of(0xff), payloads: [utf8('x')] }))
  })

  test('of no entries is one of dummies', async () => {
    const { commitment } = await build({ entries: () => [] })
    expect(SealedTable.decode(readFileSync(file()), commitment).rowCount).toBe(64)
  })
})
