import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inclusionProof, nodeHash, type SubtreeSource } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeEach } from '../../harness/timing.ts'

const ROWS_AT_ONCE = 250
const ROWS_A_TRANSACTION = 250_000

/**
 * Proofs from a tree of `leaves` made-up leaves, in a table laid out as the ledger lays out its tree (node (level, index)
 * as row (2 index + 1) 2^level - 1): entries of that number would take an hour.
 */
export async function measureLargeTree(
  suite: Suite,
  { folder, leaves, proofs }: { folder: string; leaves: number; proofs: number },
): Promise<Measurement[]> {
  using database = new DatabaseSync(join(folder, 'tree.db'))
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
  database.exec('CREATE TABLE nodes (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT')
  fill(database, suite, leaves)
  const select = database.prepare('SELECT hash FROM nodes WHERE number = ?')
  const source: SubtreeSource = {
    subtree: (level, index) => select.get((2 * index + 1) * 2 ** level - 1)?.['hash'] as Uint8Array,
  }
  const somewhere = () => Math.floor(Math.random() * leaves)
  const times = await timeEach(proofs, somewhere, index => inclusionProof(suite.hash, source, index, leaves))
  const group = `a tree of ${leaves.toLocaleString('en-US')} leaves`
  const bytes = 32 * inclusionProof(suite.hash, source, 0, leaves).length
  return [
    measurement(group, 'inclusion proof', 'ms', times),
    measurement(group, 'inclusion proof', 'bytes', [bytes]),
  ]
}

function fill(database: DatabaseSync, { hash }: Suite, leaves: number): void {
  const values = (rows: number) => Array.from({ length: rows }, () => '(?, ?)').join(', ')
  const many = database.prepare(`INSERT INTO nodes VALUES ${values(ROWS_AT_ONCE)}`)
  const one = database.prepare(`INSERT INTO nodes VALUES ${values(1)}`)
  let waiting: (number | Uint8Array)[] = []
  let written = 0
  database.exec('BEGIN')
  const edge: Uint8Array[] = []
  const seed = new DataView(new ArrayBuffer(8))
  for (let leaf = 0; leaf < leaves; leaf++) {
    seed.setFloat64(0, leaf)
    let node = hash(new Uint8Array(seed.buffer))
    let index = leaf
    for (let level = 0; ; level++) {
      waiting.push((2 * index + 1) * 2 ** level - 1, node)
      if (waiting.length === 2 * ROWS_AT_ONCE) {
        many.run(...waiting)
        waiting = []
        if (++written % (ROWS_A_TRANSACTION / ROWS_AT_ONCE) === 0) database.exec('COMMIT; BEGIN')
      }
      const left = edge[level] as Uint8Array
      edge[level] = node
      if (index % 2 === 0) break
      node = nodeHash(hash, left, node)
      index = (index - 1) / 2
    }
  }
  for (let i = 0; i < waiting.length; i += 2) one.run(...waiting.slice(i, i + 2))
  database.exec('COMMIT')
}
