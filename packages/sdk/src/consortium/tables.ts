import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { durabilityPoint } from '@mixun/core/durability'
import { fail, MixunError } from '@mixun/core/errors'
import {
  BlockTable,
  decodeDelta,
  deltaShape,
  encodedTableVersion,
  SealedTable,
  sealedTableBytes,
  type TableCommitment,
  type TableDelta,
  type TableRows,
} from '@mixun/ot/sealed-table'
import { type Home, writeFileDurably } from '../home/index.ts'
import type { Consortium } from './consortium.ts'
import { download, downloadDeltas } from './download.ts'
import { advanceInFile, fetchIntoFile, openStored } from './large-tables.ts'
import { SharedWork } from './shared-work.ts'
import { recordedVersion } from './verifiers.ts'

/** A table at one of its versions: in memory, or one in a file whose rows are read when they are asked for. */
interface HeldTable {
  readonly version: number
  readonly table: TableRows
}

/** Versions of a table that are held: checks that began before a release go on with theirs. */
const HELD_VERSIONS = 2

/** A table that began with more rows stays in its file: some forty megabytes. */
export const MAX_ROWS_IN_MEMORY = 65_536

/**
 * The sealed tables that this home holds, one file a provider, class and epoch. A table is brought up to date by deltas,
 * or whole when that is shorter, and is used only after its tags and root were checked against the commitment on the
 * ledger; what does not match is never stored. A large one stays in its file. The table of an epoch that is over goes
 * when the next one comes.
 */
export class TableStore {
  readonly #home: Home
  readonly #maxRowsInMemory: number
  /** By file, newest version first. */
  readonly #held = new Map<string, readonly HeldTable[]>()
  readonly #work = new SharedWork<TableRows>()

  constructor(home: Home, maxRowsInMemory = MAX_ROWS_IN_MEMORY) {
    this.#home = home
    this.#maxRowsInMemory = maxRowsInMemory
  }

  /**
   * The table of a commitment: held already, from the home folder, or from its provider.
   *
   * @throws ERR_TABLE_WITHHELD, ERR_VERIFY_ROOT when the provider sends another table, ERR_TABLE_UNAVAILABLE, and what the download throws
   */
  async get(commitment: TableCommitment, consortium: Consortium, signal?: AbortSignal): Promise<TableRows> {
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

  async #load(file: string, commitment: TableCommitment, consortium: Consortium): Promise<TableRows> {
    const { version } = commitment
    const job: Job = {
      file,
      commitment,
      consortium,
      isLarge: commitment.baseRowCount > this.#maxRowsInMemory,
      isNewest: () => (this.#held.get(file) ?? []).every(held => held.version < version),
    }
    const stored = this.#nearest(file, version) ?? (await readStored(job))
    const table =
      (stored && (await advance(stored, job))) ??
      (await advance(await fetchWhole(job), job)) ??
      fail('ERR_TABLE_UNAVAILABLE', 'expected the deltas of the table that the provider sent')
    const isNewest = job.isNewest()
    const before = this.#held.get(file) ?? []
    const newest = [...before, { version, table }].toSorted((a, b) => b.version - a.version)
    this.#held.set(file, newest.slice(0, HELD_VERSIONS))
    if (version !== stored?.version && isNewest) {
      if (table instanceof SealedTable) writeFileDurably(file, table.encode())
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

/** One table that is wanted at one version. */
interface Job {
  readonly file: string
  readonly commitment: TableCommitment
  readonly consortium: Consortium
  /** Whether it stays in its file. */
  readonly isLarge: boolean
  /** Whether no later version is held. */
  readonly isNewest: () => boolean
}

/** The stored table at its own version. A file that was damaged here, or is newer than asked, counts as not held. */
async function readStored(job: Job): Promise<HeldTable | undefined> {
  const { file, commitment, consortium, isLarge } = job
  if (!existsSync(file)) return undefined
  try {
    return isLarge ? await openStored(file, commitment, consortium) : decodeTable(readFileSync(file), job)
  } catch (error) {
    if (error instanceof MixunError) return undefined
    throw error
  }
}

/** @throws ERR_VERIFY_ROOT unless it is a version on the ledger, up to the commitment's, ERR_DECODE_… */
function decodeTable(content: Uint8Array, { commitment, consortium }: Job): HeldTable {
  const version = encodedTableVersion(content, commitment)
  const statement = recordedVersion(consortium.registry, commitment, version)
  return { version, table: SealedTable.decode(content, statement) }
}

/**
 * The held table brought to the version of the commitment by deltas; undefined when they are the longer way, or lead
 * elsewhere. A table of that version already is returned as it is.
 */
async function advance(held: HeldTable, job: Job): Promise<TableRows | undefined> {
  const { commitment, consortium } = job
  const { version: to } = commitment
  if (held.version === to) return held.table
  const encoded = await downloadDeltas(consortium, commitment, { from: held.version, to })
  if (encoded === null) return undefined
  try {
    const deltas = encoded.map(bytes => decodeDelta(bytes, commitment))
    return await applyDeltas(held, deltas, job)
  } catch (error) {
    if (error instanceof MixunError) return undefined
    throw error
  }
}

/** @throws ERR_VERIFY_DELTA, ERR_VERIFY_ROOT */
async function applyDeltas(held: HeldTable, deltas: readonly TableDelta[], job: Job): Promise<TableRows> {
  const { file, commitment } = job
  if (held.table instanceof BlockTable) {
    return advanceInFile(file, held.table, deltas, commitment, job.isNewest())
  }
  let table = held.table as SealedTable
  for (const [i, delta] of deltas.entries()) {
    if (delta.version !== held.version + 1 + i) fail('ERR_VERIFY_DELTA', 'expected the next version')
    table = table.apply(delta, deltaShape(commitment.baseRowCount))
  }
  table.checkRoot(commitment)
  return table
}

async function fetchWhole(job: Job): Promise<HeldTable> {
  const { file, commitment, consortium, isLarge } = job
  if (isLarge) return fetchIntoFile(file, commitment, consortium, job.isNewest)
  const { provider, class: className, epoch } = commitment
  const content = await download(consortium, {
    protocol: 'table-sync',
    dataset: { provider, class: className, epoch },
    maxBytes: sealedTableBytes(commitment),
  })
  return decodeTable(content, job)
}
