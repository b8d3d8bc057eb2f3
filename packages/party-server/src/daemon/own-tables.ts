import { fail } from '@mixun/core/errors'
import type { Registry, TablePayload } from '@mixun/ledger-adapter/ledger'
import type { OprfKeyPair } from '@mixun/ot/oprf'
import { deltaBytes, sealedTableBytes } from '@mixun/ot/sealed-table'
import { ServedFile, tableFileVersion } from '@mixun/ot/table-files'
import type { DeltaRequest } from '@mixun/ot/table-sync'
import { commitmentOf } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { holdsEpoch } from '../publish/publish-class.ts'
import { requireDelta } from '../publish/published-table.ts'

/** The keys, tables and lists that this party published, read from its home folder when first asked for. */
export class OwnTables implements Disposable {
  readonly #home: Home
  /** By class and epoch: that of the current one, and of the one before through its grace period. */
  readonly #keys = new Map<string, OprfKeyPair>()

  constructor(home: Home) {
    this.#home = home
  }

  /** The evaluation key of a published table. Secret. @throws ERR_TABLE_UNAVAILABLE, ERR_KEY_FILE */
  key(table: TablePayload): OprfKeyPair {
    const name = `${table.class}-${table.epoch}`
    const held = this.#keys.get(name)
    if (held !== undefined) return held
    this.#requireHeld(table)
    const pair = this.#home.keys.openOprfKey(table.class, table.epoch)
    this.#keys.set(name, pair)
    return pair
  }

  /** Forgets the keys that were destroyed. */
  evict(registry: Registry): void {
    const { partyId } = this.#home.identity
    for (const name of this.#keys.keys()) {
      const [className, epoch] = name.split('-') as [string, string]
      if (registry.isKeyDestroyed(partyId, className, Number(epoch))) this.#keys.delete(name)
    }
  }

  /** The encoded sealed table, for download; to be disposed of. @throws ERR_TABLE_UNAVAILABLE */
  content(table: TablePayload): ServedFile {
    this.#requireHeld(table)
    return new ServedFile(this.#fileOf(table))
  }

  /**
   * The deltas between two versions, each read when it is its turn; null when the table as it is here is the shorter way.
   *
   * @throws ERR_TABLE_UNAVAILABLE for a version that is not on the ledger
   */
  deltas(table: TablePayload, { from, to }: DeltaRequest): Iterable<Uint8Array> | null {
    this.#requireHeld(table)
    if (to > table.version) fail('ERR_TABLE_UNAVAILABLE', `expected at most version ${table.version}`)
    const commitment = commitmentOf(table)
    const isLonger = (to - from) * deltaBytes(commitment) > sealedTableBytes(commitment)
    if (isLonger && tableFileVersion(this.#fileOf(table), commitment) > from) return null
    return readDeltas(this.#home, table, from, to)
  }

  /** The public list of this version, for download; to be disposed of. */
  list(version: number): ServedFile {
    return new ServedFile(this.#home.paths.list(this.#home.identity.partyId, version))
  }

  /** Drops the keys. */
  [Symbol.dispose](): void {
    this.#keys.clear()
  }

  #fileOf({ provider, class: className, epoch }: TablePayload): string {
    return this.#home.paths.table(provider, className, epoch)
  }

  #requireHeld(table: TablePayload): void {
    if (!holdsEpoch(this.#home, table.class, table.epoch)) {
      fail('ERR_TABLE_UNAVAILABLE', `class ${table.class}, epoch ${table.epoch} is not held here`)
    }
  }
}

function* readDeltas(home: Home, table: TablePayload, from: number, to: number): Generator<Uint8Array> {
  for (let version = from + 1; version <= to; version++) yield requireDelta(home, table, version).bytes
}
