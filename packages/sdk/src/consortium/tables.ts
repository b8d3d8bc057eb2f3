import { existsSync, readFileSync } from 'node:fs'
import { tableSyncParameters, runTableSyncClient } from '@mixun/ot/table-sync'
import { SealedTable, sealedTableBytes, type TableCommitment } from '@mixun/ot/sealed-table'
import { type Home, writeFileDurably } from '../home/index.ts'
import type { Consortium } from './consortium.ts'

/**
 * The sealed tables that this home holds, one file a provider, class and epoch. A table is used only after its tags and
 * root were checked against the commitment on the ledger; what does not match is never stored.
 */
export class TableStore {
  readonly #home: Home
  readonly #held = new Map<string, SealedTable>()

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
    const stored = existsSync(file) ? readFileSync(file) : undefined
    const content = stored ?? (await this.#download(commitment, consortium, signal))
    const table = SealedTable.decode(content, commitment)
    if (stored === undefined) writeFileDurably(file, content)
    this.#held.set(file, table)
    return table
  }

  async #download(
    commitment: TableCommitment,
    consortium: Consortium,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const { provider, class: className, epoch } = commitment
    const session = await consortium.openSession(provider, {
      protocol: 'table-sync',
      parameters: tableSyncParameters.id,
      dataset: { provider, class: className, epoch },
      ...(signal === undefined ? {} : { signal }),
    })
    return runTableSyncClient(session, { maxBytes: sealedTableBytes(commitment) })
  }
}
