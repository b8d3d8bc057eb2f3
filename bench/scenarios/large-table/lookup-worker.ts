import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { i2osp, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { systemRandom as random } from '@mixun/core/random'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import {
  BlockIndexBuilder,
  BlockTable,
  sealedTableParametersById,
  TABLE_BLOCK_ROWS,
  type TableStatement,
} from '@mixun/ot/sealed-table'
import { openTableFile, TableFile } from '@mixun/ot/table-files'
import { onExit } from '../../harness/clean-up.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'

/** A table in a file and lookups in it, in a process of its own. */
export interface LookupInput {
  readonly suite: SuiteId
  /** A size class. */
  readonly rows: number
  readonly lookups: number
}

export interface LookupOutput {
  readonly openMs: number
  /** Resident memory that the process has more after the lookups than before the table. */
  readonly heldBytes: number
  readonly lookupMs: readonly number[]
}

const { suite: suiteId, rows, lookups } = workerInput<LookupInput>()
const suite = suiteById(suiteId)
const parameters = sealedTableParametersById('sealedtable_r512_c2')
const folder = mkdtempSync(join(tmpdir(), 'mixun-bench-lookup-'))
onExit(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'b.table')
const rowBytes = 32 + 4 + 16 + 512 + suite.aeadOverheadBytes

/** Tags in order and noise behind them: no key is needed to look for a row. */
function writeTable(): TableStatement {
  const builder = new BlockIndexBuilder(suite, parameters)
  using sink = new TableFile(file)
  const header = new Writer().bytes16(utf8('mixun-sealed-table-2')).bytes16(utf8(parameters.id)).uint32(rows)
  sink.write(header.finish())
  const block = random.bytes(TABLE_BLOCK_ROWS * rowBytes)
  for (let first = 0; first < rows; first += TABLE_BLOCK_ROWS) {
    for (let i = 0; i < TABLE_BLOCK_ROWS; i++) {
      block.set(i2osp((first + i) * Math.floor(2 ** 32 / rows), 4), i * rowBytes)
    }
    builder.append(block)
    sink.write(block)
  }
  sink.commit()
  const { root } = new BlockTable(suite, parameters, builder.finish(), () => block)
  const id = { provider: 'provider', class: 'B', epoch: 1, version: 0, suite: suite.id, oprf: 'none' }
  return {
    ...id,
    parameters: parameters.id,
    publicKey: new Uint8Array(32),
    baseRowCount: rows,
    rowCount: rows,
    root,
  }
}

const statement = writeTable()
const before = process.memoryUsage.rss()
const startedAt = performance.now()
const table = await openTableFile(file, statement)
const openMs = performance.now() - startedAt
const lookupMs: number[] = []
for (let i = 0; i < lookups; i++) {
  const tag = random.bytes(32)
  const from = performance.now()
  const { index } = table.find(tag)
  for (const at of [index - 1, index].filter(each => each >= 0 && each < rows)) {
    table.row(at)
    table.prove(at)
  }
  lookupMs.push(performance.now() - from)
}
workerOutput({ openMs, heldBytes: process.memoryUsage.rss() - before, lookupMs })
rmSync(folder, { recursive: true, force: true })
