import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { waitFor } from '@mixun/core/channel'
import { durabilityPoint } from '@mixun/core/durability'
import { MixunError } from '@mixun/core/errors'
import type { JointTablePayload } from '@mixun/ledger-adapter/ledger'
import { openJointTable } from '@mixun/ot/joint-table'
import type { JointTableCopy } from '@mixun/ot/joint-query'
import type { Consortium } from '../consortium/consortium.ts'
import { download } from '../consortium/download.ts'
import { jointCommitmentOf } from '../consortium/verifiers.ts'
import { type Home, writeFileDurably } from '../home/index.ts'

/** Largest encoded joint table: 2^20 subjects. */
export const MAX_JOINT_TABLE_BYTES = 25_000_000

/**
 * The joint tables of others that this home holds, one file a provider and version; checked against their commitment whenever
 * one is read. A table goes when the next one of its data set comes.
 */
export class JointTableStore {
  readonly #home: Home
  /** By file: an opened table is used by every query. */
  readonly #held = new Map<string, JointTableCopy>()

  constructor(home: Home) {
    this.#home = home
  }

  /**
   * The table on record: from memory, from the home folder, or from its provider.
   *
   * @throws ERR_VERIFY_ROOT when the provider sends another table, and what the download throws
   */
  async get(table: JointTablePayload, consortium: Consortium, signal?: AbortSignal): Promise<JointTableCopy> {
    const { provider, version } = table
    const file = this.#home.paths.jointTable(provider, version)
    const held = this.#held.get(file) ?? this.#stored(file, table)
    if (held !== undefined) return held
    const dataset = { provider, class: JOINT_CLASS, epoch: version }
    const request = { protocol: 'joint-table-sync' as const, dataset, maxBytes: MAX_JOINT_TABLE_BYTES }
    const bytes = await waitFor(download(consortium, request), signal)
    const copy = this.#open(table, bytes)
    writeFileDurably(file, bytes)
    this.#held.set(file, copy)
    this.#evict(table, consortium)
    return copy
  }

  #stored(file: string, table: JointTablePayload): JointTableCopy | undefined {
    if (!existsSync(file)) return undefined
    try {
      const copy = this.#open(table, readFileSync(file))
      this.#held.set(file, copy)
      return copy
    } catch (error) {
      // One that was damaged here counts as not held.
      if (error instanceof MixunError) return undefined
      throw error
    }
  }

  #open(table: JointTablePayload, bytes: Uint8Array): JointTableCopy {
    const commitment = jointCommitmentOf(table)
    return { commitment, store: openJointTable(this.#home.identity.suite, commitment, bytes) }
  }

  /** Files of this provider that no newest version of a data set is in. */
  #evict({ provider }: JointTablePayload, { registry }: Consortium): void {
    const newest = registry.policy.joint.allTables().filter(table => table.provider === provider)
    const kept = new Set(newest.map(table => this.#home.paths.jointTable(provider, table.version)))
    const prefix = basename(this.#home.paths.jointTable(provider, 0)).replace(/0\.table$/, '')
    const folder = dirname(this.#home.paths.jointTable(provider, 0))
    for (const name of readdirSync(folder)) {
      const file = join(folder, name)
      if (!name.startsWith(prefix) || !/^\d+\.table$/.test(name.slice(prefix.length)) || kept.has(file))
        continue
      rmSync(file)
      durabilityPoint('file/unlinked', name)
      this.#held.delete(file)
    }
  }
}

/** Stands for joint tables where a hello names a class; the number beside it is the table's. */
export const JOINT_CLASS = 'J'
