import { toHex, utf8 } from '@mixun/core/bytes'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import { threadPool } from '@mixun/core/compute/threads'
import { mixunError } from '@mixun/core/errors'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { generateKeyPair, oprfP256Sha256, oprfRistretto255Sha512, oprfSm2Sm3 } from '../oprf/index.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'
import { testEntries, testTableId, testTableKey } from '../testing/sealed-table.ts'
import { buildTable, buildTableInPool } from './build.ts'
import { sealedTableParametersById } from './params.ts'
import { CHUNK_SUBJECTS } from './plan.ts'
import { sealedTableTasks, sealRowsTask } from './tasks.ts'

const modules = [sealedTableTasks]
const threads = threadPool({ modules, threads: 2 })
const inline = inlinePool({ modules })
afterAll(() => Promise.all([threads.close(), inline.close()]))

/** Some chunks with one and two rows a subject, and dummies. */
const entries = [
  ...testEntries,
  ...Array.from({ length: 150 }, (_, i) => ({
    input: utf8(`more ${i}`),
    payloads: Array.from({ length: 1 + (i % 2) }, (_, row) => utf8(`row ${row} of ${i}`)),
  })),
]

const options = (seed = 'table') => ({
  id: testTableId,
  suite: intl,
  oprf: oprfRistretto255Sha512,
  parameters: sealedTableParametersById('sealedtable_r512_c2'),
  key: testTableKey,
  entries,
  random: seededRandom(seed),
})

/** A pool that does what it is told. */
const fakePool = (run: (input: Uint8Array, call: number) => Promise<Uint8Array>): ComputePool => {
  let calls = 0
  const pool: ComputePool = {
    concurrency: 2,
    run: (_module, _name, input) => run(input.slice(), calls++),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
  return pool
}

describe('a table built in a pool', () => {
  it('is that of buildTable, byte for byte, on threads and inline', async () => {
    const expected = buildTable(options())
    for (const pool of [threads, inline]) {
      const built = await buildTableInPool(pool, options())
      expect(toHex(built.table.encode())).toBe(toHex(expected.table.encode()))
      expect(built.commitment).toEqual(expected.commitment)
    }
    const other = await buildTableInPool(threads, options('other'))
    expect(toHex(other.table.root)).not.toBe(toHex(expected.table.root))
  })

  it('is the same in whatever order its chunks come back', async () => {
    const backwards = fakePool(async (input, call) => {
      await new Promise(resolve => setTimeout(resolve, 5 * (4 - (call % 4))))
      return sealRowsTask(input)
    })
    const built = await buildTableInPool(backwards, options())
    expect(built.commitment).toEqual(buildTable(options()).commitment)
  })

  it('works in suite sm', async () => {
    const key = generateKeyPair(oprfSm2Sm3, seededRandom('sm'))
    const small = () => ({ ...options(), suite: sm, oprf: oprfSm2Sm3, key, entries: testEntries })
    const built = await buildTableInPool(threads, small())
    expect(built.commitment).toEqual(buildTable(small()).commitment)
  })

  it('reports its progress, chunk by chunk', async () => {
    const [direct, pooled]: [number, number][][] = [[], []]
    buildTable({ ...options(), onProgress: (...report) => direct?.push(report) })
    await buildTableInPool(threads, { ...options(), onProgress: (...report) => pooled?.push(report) })
    const total = direct?.[0]?.[1] as number
    expect(direct?.map(([done]) => done)).toEqual([0, 64, 128, 180])
    expect([pooled?.[0], pooled?.at(-1)]).toEqual([
      [0, total],
      [total, total],
    ])
    expect(pooled).toHaveLength(direct?.length as number)
  })

  it('has no more than two chunks a thread under way', async () => {
    let most = 0
    let underWay = 0
    const counting = fakePool(async input => {
      most = Math.max(most, ++underWay)
      await new Promise(resolve => setImmediate(resolve))
      underWay--
      return sealRowsTask(input)
    })
    const many = Array.from({ length: 8 * CHUNK_SUBJECTS }, (_, i) => ({
      input: utf8(`${i}`),
      payloads: [utf8('x')],
    }))
    await buildTableInPool(counting, { ...options(), entries: many })
    expect(most).toBe(4)
  })
})

describe('a build in a pool', () => {
  it('ends with the error of its signal, and leaves the pool usable', async () => {
    for (const pool of [threads, inline]) {
      const controller = new AbortController()
      const building = buildTableInPool(pool, {
        ...options(),
        signal: controller.signal,
        onProgress: done => {
          if (done > 0) controller.abort()
        },
      })
      await expectCodeAsync('ERR_COMPUTE_ABORTED', building)
      const built = await buildTableInPool(pool, { ...options(), entries: [] })
      expect(built.table.rowCount).toBe(64)
    }
  })

  it('fails with a worker that dies, asks for nothing after that, and waits for what is under way', async () => {
    let [calls, ended] = [0, 0]
    const dying = fakePool(async (input, call) => {
      calls++
      if (call === 1) throw mixunError('ERR_COMPUTE_WORKER', 'the worker died')
      await new Promise(resolve => setTimeout(resolve, 10))
      ended++
      return sealRowsTask(input)
    })
    const many = Array.from({ length: 20 * CHUNK_SUBJECTS }, (_, i) => ({
      input: utf8(`${i}`),
      payloads: [utf8('x')],
    }))
    await expectCodeAsync('ERR_COMPUTE_WORKER', buildTableInPool(dying, { ...options(), entries: many }))
    expect([calls, ended]).toEqual([4, 3])
  })

  it('uses no result of another shape', async () => {
    for (const change of [
      (rows: Uint8Array) => rows.subarray(1),
      (rows: Uint8Array) => rows.subarray(576),
      (rows: Uint8Array) => new Uint8Array(rows.length + 576),
      () => new Uint8Array(0),
    ]) {
      const wrong = fakePool(async input => change(sealRowsTask(input)))
      await expectCodeAsync('ERR_COMPUTE_RESULT', buildTableInPool(wrong, options()))
    }
  })

  it('refuses bad entries before any task', async () => {
    const never = fakePool(() => Promise.reject(new Error('not reached')))
    const twice = [...testEntries, ...testEntries]
    await expectCodeAsync(
      'ERR_TABLE_DUPLICATE_SUBJECT',
      buildTableInPool(never, { ...options(), entries: twice }),
    )
  })
})

describe('variable-time arithmetic', () => {
  it('builds no table without permission', async () => {
    const key = generateKeyPair(oprfP256Sha256, seededRandom('P-256'), ANY_ARITHMETIC)
    const forbidden = { ...key, allowVariableTime: false }
    const small = () => ({ ...options(), oprf: oprfP256Sha256, entries: testEntries })
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => buildTable({ ...small(), key: forbidden }))
    const inPool = buildTableInPool(inline, { ...small(), key: forbidden })
    await expectCodeAsync('ERR_KERNEL_VARIABLE_TIME', inPool)
    const built = await buildTableInPool(threads, { ...small(), key })
    expect(built.commitment).toEqual(buildTable({ ...small(), key }).commitment)
  })
})
