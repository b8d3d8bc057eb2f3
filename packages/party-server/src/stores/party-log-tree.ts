import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { binary, recordCodec, text, uint, unixMs } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  MemoryTree,
  nodeHash,
  type SubtreeSource,
  treeRoot,
  verifyInclusion,
} from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { z } from 'zod'
import { PARTY_LOG_EVENTS, type PartyLogEntry } from './party-log-entry.ts'

export const TREE_SCHEMA = `
CREATE TABLE IF NOT EXISTS party_log_nodes (
  -- As in the ledger's file: node (level, index) is number (2 index + 1) 2^level - 1.
  number INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS party_log_nodes_no_update BEFORE UPDATE ON party_log_nodes
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS party_log_nodes_no_delete BEFORE DELETE ON party_log_nodes
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
`

const entryCodec = recordCodec(
  'party log entry',
  z.strictObject({
    sequence: uint(),
    at: unixMs,
    event: z.enum(PARTY_LOG_EVENTS),
    inquirer: text(32),
    class: z.string().max(8),
    epoch: uint(),
    sessionId: binary(0, 64),
    intentId: binary(1, 64).nullable(),
    requestDigest: binary(32).nullable(),
    code: text(64).nullable(),
  }),
  1_024,
)

/** Size and root of a party log's tree at some time, as the consortium's ledger holds them. */
export interface PartyLogHead {
  readonly size: number
  /** 32 bytes */
  readonly root: Uint8Array
}

/** The RFC 9162 tree over a party log, by the suite's hash. Entry number `sequence` (from 1) is leaf `sequence - 1`. */
export class PartyLogTree implements SubtreeSource {
  readonly #database: DatabaseSync
  readonly #suite: Suite
  readonly #insertNode: StatementSync
  readonly #node: StatementSync

  constructor(database: DatabaseSync, suite: Suite) {
    this.#database = database
    this.#suite = suite
    this.#insertNode = database.prepare('INSERT INTO party_log_nodes VALUES (?, ?)')
    this.#node = database.prepare('SELECT hash FROM party_log_nodes WHERE number = ?')
  }

  get size(): number {
    const row = this.#database
      .prepare('SELECT number FROM party_log_nodes WHERE number % 2 = 0 ORDER BY number DESC LIMIT 1')
      .get()
    return row === undefined ? 0 : Number(row['number']) / 2 + 1
  }

  /** Adds the next entry; inside the transaction that writes it. */
  append(entry: PartyLogEntry): void {
    let node = leafHash(this.#suite.hash, entryCodec.encode({ ...entry }))
    let index = entry.sequence - 1
    for (let level = 0; ; level++) {
      this.#insert(level, index, node)
      if (index % 2 === 0) return
      node = nodeHash(this.#suite.hash, this.subtree(level, index - 1), node)
      index = (index - 1) / 2
    }
  }

  subtree(level: number, index: number): Uint8Array {
    const row = this.#node.get(nodeNumber(level, index))
    if (row === undefined) return fail('ERR_PARTY_LOG', `tree node ${level}/${index} is not on file`)
    return row['hash'] as Uint8Array
  }

  head(): PartyLogHead {
    return this.headAt(this.size)
  }

  /** The head that the tree had when it held so many entries. */
  headAt(size: number): PartyLogHead {
    return { size, root: treeRoot(this.#suite.hash, this, size) }
  }

  /** That entry `sequence` stands in the tree of the first `size` entries. */
  proveEntry(sequence: number, size: number): Uint8Array[] {
    return inclusionProof(this.#suite.hash, this, sequence - 1, size)
  }

  /** That the tree of `first` entries became the one of `second` by adding to it. */
  proveConsistency(first: number, second: number): Uint8Array[] {
    return consistencyProof(this.#suite.hash, this, first, second)
  }

  /**
   * Recomputes the tree from the entries and holds it against the nodes on file, and against what was anchored.
   *
   * @throws ERR_PARTY_LOG with details.sequence of the first entry that differs
   */
  verify(entries: Iterable<PartyLogEntry>, anchored: PartyLogHead | null): void {
    const tree = new MemoryTree(this.#suite.hash)
    for (const entry of entries) {
      const sequence = tree.size + 1
      const leaf =
        entry.sequence === sequence ? leafHash(this.#suite.hash, entryCodec.encode({ ...entry })) : null
      if (leaf === null || compareBytes(leaf, this.subtree(0, sequence - 1)) !== 0) {
        fail('ERR_PARTY_LOG', `entry ${sequence} of the party log is not the one that was written`, {
          details: { sequence },
        })
      }
      tree.append(leaf)
    }
    this.#verifyNodes(tree)
    if (anchored === null || anchored.size === 0) return
    const { size } = tree
    if (anchored.size > size || compareBytes(tree.root(anchored.size), anchored.root) !== 0) {
      fail('ERR_PARTY_LOG', `expected the ${anchored.size} entries that are anchored on the ledger`, {
        details: { anchoredSize: anchored.size, size },
      })
    }
  }

  #verifyNodes(tree: MemoryTree): void {
    if (this.size !== tree.size) {
      fail('ERR_PARTY_LOG', `expected a tree of ${tree.size} entries, found one of ${this.size}`)
    }
    for (let level = 1, width = tree.size >> 1; width > 0; level++, width >>= 1) {
      for (let index = 0; index < width; index++) {
        if (compareBytes(this.subtree(level, index), tree.subtree(level, index)) !== 0) {
          fail('ERR_PARTY_LOG', `tree node ${level}/${index} of the party log differs`)
        }
      }
    }
  }

  #insert(level: number, index: number, hash: Uint8Array): void {
    this.#insertNode.run(nodeNumber(level, index), hash)
  }
}

/**
 * Checks as a stranger that a party logged an entry before it put a head on the ledger.
 *
 * @param anchored the head, from the ledger
 * @throws ERR_VERIFY_ROOT
 */
export function verifyPartyLogEntry(
  suite: Suite,
  anchored: PartyLogHead,
  entry: PartyLogEntry,
  proof: readonly Uint8Array[],
): void {
  const leaf = leafHash(suite.hash, entryCodec.encode({ ...entry }))
  verifyInclusion(suite.hash, entry.sequence - 1, anchored.size, leaf, proof, anchored.root)
}

function nodeNumber(level: number, index: number): number {
  return (2 * index + 1) * 2 ** level - 1
}
