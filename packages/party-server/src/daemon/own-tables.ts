import type { RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import type { OprfKeyPair } from '@mixun/ot/oprf'
import type { Home } from '@mixun/sdk/home'
import { holdsEpoch } from '../publish/publish-class.ts'
import { SharedFiles } from './shared-files.ts'

/** The keys, tables and lists that this party published, read from its home folder when first asked for. */
export class OwnTables implements Disposable {
  readonly #home: Home
  /** One key a class: that of the epoch asked for last, as only the current one is. */
  readonly #keys = new Map<RecordClass, { readonly epoch: number; readonly pair: OprfKeyPair }>()
  readonly #files = new SharedFiles()

  constructor(home: Home) {
    this.#home = home
  }

  /** The evaluation key of a published table. Secret. @throws ERR_TABLE_UNAVAILABLE, ERR_KEY_FILE */
  key(table: TablePayload): OprfKeyPair {
    const held = this.#keys.get(table.class)
    if (held?.epoch === table.epoch) return held.pair
    this.#keys.delete(table.class)
    this.#requireHeld(table)
    const pair = this.#home.keys.openOprfKey(table.class, table.epoch)
    this.#keys.set(table.class, { epoch: table.epoch, pair })
    return pair
  }

  /** The encoded sealed table, for download. @throws ERR_TABLE_UNAVAILABLE */
  content(table: TablePayload): Uint8Array {
    this.#requireHeld(table)
    return this.#files.read(this.#home.paths.table(table.provider, table.class, table.epoch))
  }

  /** The public list of this version, for download. */
  list(version: number): Uint8Array {
    return this.#files.read(this.#home.paths.list(this.#home.identity.partyId, version))
  }

  /** Drops the keys. */
  [Symbol.dispose](): void {
    this.#keys.clear()
  }

  #requireHeld(table: TablePayload): void {
    if (!holdsEpoch(this.#home, table.class, table.epoch)) {
      fail('ERR_TABLE_UNAVAILABLE', `class ${table.class}, epoch ${table.epoch} is not held here`)
    }
  }
}
