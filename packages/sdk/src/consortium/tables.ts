import { existsSync, readFileSync } from 'node:fs'
import { MixunError } from '@mixun/core/errors'
import { SealedTable, sealedTableBytes, type TableCommitment } from '@mixun/ot/sealed-table'
import { type Home, writeFileDurably } from '../home/index.ts'
import type { Consortium } from './consortium.ts'
import { download } from './download.ts'
import { SharedWork } from './shared-work.ts'

/**
 * The sealed tables that this home holds, one file a provider, class and epoch. A table is used only after its tags and
 * root were checked against the commitment on the ledger; what does not match is never stored.
 */
export class TableStore {
  readonly #home: Home
  readonly #held = new Map<string, SealedTable>()
  readonly #work = new SharedWork<SealedTable>()

  constructor(home: Home) {
    this.#home = home
  }

  /**
   * The table of a commitment: from memory, from the home folder, or from its provider.
   *
   * @throws ERR_VERIFY_ROOT when the provider sends another table, and what the download throws
   */
  async get(commitment: TableCommitment, consortium: Consortium, signal?: AbortSignal): Promise<SealedTable> {
    const file = this.#home.paths.table(commitment.provider, commitment.class, commitment.epoch)
    const held = this.#held.get(file)
    if (held !== undefined) return held
    return this.#work.run(file, () => this.#load(file, commitment, consortium), signal)
  }

  async #load(file: string, commitment: TableCommitment, consortium: Consortium): Promise<SealedTable> {
    const table = readStored(file, commitment) ?? (await fetchInto(file, commitment, consortium))
    this.#held.set(file, table)
    return table
  }
}

/** A file that was damaged here counts as not held. */
function readStored(file: string, commitment: TableCommitment): SealedTable | undefined {
  if (!existsSync(file)) return undefined
  try {
    return SealedTable.decode(readFileSync(file), commitment)
  } catch (error) {
    if (error instanceof MixunError) return undefined
    throw error
  }
}

async function fetchInto(
  file: string,
  commitment: TableCommitment,
  consortium: Consortium,
): Promise<SealedTable> {
  const { provider, class: className, epoch } = commitment
  const content = await download(consortium, {
    protocol: 'table-sync',
    dataset: { provider, class: className, epoch },
    maxBytes: sealedTableBytes(commitment),
  })
  const table = SealedTable.decode(content, commitment)
  writeFileDurably(file, content)
  return table
}
