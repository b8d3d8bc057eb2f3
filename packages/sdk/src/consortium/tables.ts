import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { durabilityPoint } from '@mixun/core/durability'
import { fail, MixunError } from '@mixun/core/errors'
import {
  decodeDelta,
  deltaShape,
  encodedTableVersion,
  SealedTable,
  sealedTableBytes,
  type TableCommitment,
} from '@mixun/ot/sealed-table'
import { type Home, writeFileDurably } from '../home/index.ts'
import type { Consortium } from './consortium.ts'
import { download, downloadDeltas } from './download.ts'
import { SharedWork } from './shared-work.ts'
import { commitmentAt } from './verifiers.ts'

/** A table at one of its versions. */
interface HeldTable {
  readonly version: number
  readonly table: SealedTable
}

/** Versions of a table kept in memory: checks that began before a release go on with theirs. */
const HELD_VERSIONS = 2

/**
 * The sealed tables that this home holds, one file a provider, class and epoch. A table is brought up to date by deltas,
 * or whole when that is shorter, and is used only after its tags and root were checked against the commitment on the
 * ledger; what does not match is never stored. The table of an epoch that is over goes when the next one comes.
 */
export class TableStore {
  readonly #home: Home
  /** By file, newest version first. */
  readonly #held = new Map<string, readonly HeldTable[]>()
  readonly #work = new SharedWork<SealedTable>()

  constructor(home: Home) {
    this.#home = home
  }

  /**
   * The table of a commitment: from memory, from the home folder, or from its provider.
   *
   * @throws ERR_TABLE_WITHHELD, ERR_VERIFY_ROOT when the provider sends another table, ERR_TABLE_UNAVAILABLE, and what the download throws
   */
  async get(commitment: TableCommitment, consortium: Consortium, signal?: AbortSignal): Promise<SealedTable> {
    const { provider, class: className, epoch } = commitment
    if (consortium.registry.table(provider, className, epoch)?.isDistributed === false) {
      fail('ERR_TABLE_WITHHELD', `${provider} distributes no table of class ${className}, epoch ${epoch}`)
    }
    const file = this.#home.paths.table(provider, className, epoch)
    const held = this.#held.get(file)?.find(({ version }) => version === commitment.version)
    if (held !== undefined) return held.table
    const load = () => this.#load(file, commitment, consortium)
    return this.#work.run(`${file}/${commitment.version}`, load, signal)
  }

  async #load(file: string, commitment: TableCommitment, consortium: Consortium): Promise<SealedTable> {
    const { version } = commitment
    const stored = this.#nearest(file, version) ?? readStored(file, commitment, consortium)
    const table =
      (stored && (await advance(stored, commitment, consortium))) ??
      (await advance(await fetchWhole(commitment, consortium), commitment, consortium)) ??
      fail('ERR_TABLE_UNAVAILABLE', 'expected the deltas of the table that the provider sent')
    const before = this.#held.get(file) ?? []
    const newest = [...before, { version, table }].toSorted((a, b) => b.version - a.version)
    this.#held.set(file, newest.slice(0, HELD_VERSIONS))
    if (version !== stored?.version && newest[0]?.version === version) {
      writeFileDurably(file, table.encode())
      this.#evictBefore(file, commitment.epoch)
    }
    return table
  }

  #nearest(file: string, version: number): HeldTable | undefined {
    return this.#held.get(file)?.find(held => held.version < version)
  }

  #evictBefore(file: string, epoch: number): void {
    const folder = dirname(file)
    const prefix = basename(file).replace(/\d+\.table$/, '')
    for (const name of readdirSync(folder)) {
      const match = name.startsWith(prefix) ? /^(\d+)\.table$/.exec(name.slice(prefix.length)) : null
      if (match === null || Number(match[1]) >= epoch) continue
      rmSync(join(folder, name))
      durabilityPoint('file/unlinked', name)
      this.#held.delete(join(folder, name))
    }
  }
}

/** The stored table at its own version. A file that was damaged here, or is newer than asked, counts as not held. */
function readStored(
  file: string,
  commitment: TableCommitment,
  consortium: Consortium,
): HeldTable | undefined {
  if (!existsSync(file)) return undefined
  try {
    return decodeTable(readFileSync(file), commitment, consortium)
  } catch (error) {
    if (error instanceof MixunError) return undefined
    throw error
  }
}

/** @throws ERR_VERIFY_ROOT unless it is a version on the ledger, up to the commitment's, ERR_DECODE_… */
function decodeTable(content: Uint8Array, commitment: TableCommitment, { registry }: Consortium): HeldTable {
  const { provider, class: className, epoch } = commitment
  const version = encodedTableVersion(content, commitment)
  const payload = registry.table(provider, className, epoch)
  const recorded = registry.tableVersion(provider, className, epoch, version)
  if (payload === undefined || recorded === undefined || version > commitment.version) {
    return fail('ERR_VERIFY_ROOT', `expected a table of at most version ${commitment.version}`)
  }
  return { version, table: SealedTable.decode(content, commitmentAt(payload, recorded)) }
}

/**
 * The held table brought to the version of the commitment by deltas; undefined when they are the longer way, or lead
 * elsewhere. A table of that version already is returned as it is.
 */
async function advance(
  held: HeldTable,
  commitment: TableCommitment,
  consortium: Consortium,
): Promise<SealedTable | undefined> {
  const { version: to, baseRowCount } = commitment
  if (held.version === to) return held.table
  const deltas = await downloadDeltas(consortium, commitment, { from: held.version, to })
  if (deltas === null) return undefined
  let { table } = held
  try {
    for (const [i, bytes] of deltas.entries()) {
      const delta = decodeDelta(bytes, commitment)
      if (delta.version !== held.version + 1 + i) fail('ERR_VERIFY_DELTA', 'expected the next version')
      table = table.apply(delta, deltaShape(baseRowCount))
    }
    table.checkRoot(commitment)
    return table
  } catch (error) {
    if (error instanceof MixunError) return undefined
    throw error
  }
}

async function fetchWhole(commitment: TableCommitment, consortium: Consortium): Promise<HeldTable> {
  const { provider, class: className, epoch } = commitment
  const content = await download(consortium, {
    protocol: 'table-sync',
    dataset: { provider, class: className, epoch },
    maxBytes: sealedTableBytes(commitment),
  })
  return decodeTable(content, commitment, consortium)
}
