import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { BlockTable, SealedTable, type TableRows } from '@mixun/ot/sealed-table'
import { commitmentOf, Consortium, TableStore } from '@mixun/sdk/consortium'
import { openLedgerAccess } from '../ledger/access.ts'
import { damaged } from '../testing/damage.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { indexFile, readPublishedTable } from './published-table.ts'

const KIND = 'contract-due-not-repaid'

let consortium: TestConsortium
let yi: TestParty
let member: Consortium

beforeAll(async () => {
  consortium = await TestConsortium.found({
    firms: { jia: null, yi: [{ subject: investor(1), kind: KIND }] },
    publishing: { deltaEveryMinutes: 1_440 },
  })
  yi = consortium.firm('yi')
  member = Consortium.open(consortium.firm('jia').home)
})
afterAll(async () => {
  await member.close()
  await consortium[Symbol.asyncDispose]()
})

/** A member's tables; those with more rows than given stay in their files. */
const tables = (rows: number) => new TableStore(member.home, rows)

async function newest() {
  await member.sync()
  const payload = member.registry.currentTable('yi', 'B')
  if (payload === undefined) throw new Error('yi publishes a table')
  return commitmentOf(payload)
}

function rowsOf(table: TableRows) {
  return Array.from({ length: table.rowCount }, (_, i) => {
    const { tag, version, salt, ciphertext } = table.row(i)
    return [version, ...[tag, salt, ciphertext, ...table.prove(i)].map(toHex)]
  })
}

describe('a member that keeps a table in its file', () => {
  const file = () => member.home.paths.table('yi', 'B', 1)

  it('has the rows and proofs of one that holds it in memory', async () => {
    const commitment = await newest()
    const inFile = await tables(0).get(commitment, member)
    const stored = readFileSync(file())
    const inMemory = await tables(64).get(commitment, member)
    expect(inFile).toBeInstanceOf(BlockTable)
    expect(inMemory).toBeInstanceOf(SealedTable)
    expect(rowsOf(inFile)).toEqual(rowsOf(inMemory))
    expect(stored.equals((inMemory as SealedTable).encode())).toBe(true)
  })

  it('brings it up to date by deltas, while checks of the version before go on', async () => {
    const store = tables(0)
    const first = await newest()
    const before = await store.get(first, member)
    const rows = rowsOf(before)
    await yi.release([{ subject: investor(2), kind: KIND }])
    await yi.release([{ subject: investor(1), kind: KIND, status: 'withdrawn' }])
    const own = yi.home.paths.table('yi', 'B', 1)
    const intact = readFileSync(own)
    // What a download of the whole table would bring.
    writeFileSync(own, damaged(intact))
    const last = await newest()
    const after = await store.get(last, member)
    writeFileSync(own, intact)
    expect(last.version).toBe(2)
    expect(after.rowCount).toBe(72)
    after.checkRoot(last)
    expect(rowsOf(before)).toEqual(rows)
    expect(await store.get(first, member)).toBe(before)
    expect(rowsOf(await tables(0).get(last, member))).toEqual(rowsOf(after))
    expect(rowsOf(await tables(64).get(last, member))).toEqual(rowsOf(after))
  })

  it('fetches it again when the file was damaged, and stores nothing that does not match', async () => {
    const commitment = await newest()
    await tables(0).get(commitment, member)
    const intact = readFileSync(file())
    writeFileSync(file(), damaged(intact))
    await tables(0).get(commitment, member)
    expect(readFileSync(file()).equals(intact)).toBe(true)

    writeFileSync(file(), damaged(intact))
    const own = yi.home.paths.table('yi', 'B', 1)
    const published = readFileSync(own)
    writeFileSync(own, damaged(published))
    await expectCodeAsync('ERR_VERIFY_ROOT', tables(0).get(commitment, member))
    writeFileSync(own, published)
    expect(readFileSync(file()).equals(damaged(intact))).toBe(true)
    const left = readdirSync(dirname(file())).filter(name => name.startsWith(basename(file())))
    expect(left).toEqual([basename(file())])
  })
})

it('a provider goes on without the index of its table, or with one of an earlier version', async () => {
  const read = async () => {
    await using access = await openLedgerAccess(yi.home)
    const payload = access.registry.currentTable('yi', 'B')
    if (payload === undefined) throw new Error('yi publishes a table')
    const { table, book, commitment } = readPublishedTable(yi.home, access.registry, payload)
    const rows = Array.from({ length: table.rowCount }, (_, i) => [table.row(i), book.at(i)])
    return { rows, file: indexFile(yi.home, commitment) }
  }
  const { rows, file } = await read()
  const earlier = readFileSync(file)
  writeFileSync(file, damaged(earlier))
  expect((await read()).rows).toEqual(rows)
  rmSync(file)
  expect((await read()).rows).toEqual(rows)
  await yi.release([{ subject: investor(3), kind: KIND }])
  const later = await read()
  writeFileSync(file, earlier)
  expect((await read()).rows).toEqual(later.rows)
  await yi.release()
  const last = await newest()
  const { rows: final } = await read()
  expect(last.rowCount).toBe(final.length)
  ;(await tables(0).get(last, member)).checkRoot(last)
})
