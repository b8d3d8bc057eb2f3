import type { DatabaseSync } from 'node:sqlite'
import { toHex, wipe } from '@mixun/core/bytes'
import {
  decodeReceiverSetup,
  decodeSenderSetup,
  encodeReceiverSetup,
  encodeSenderSetup,
  ReceiverSetup,
  type SenderSetup,
} from '@mixun/ot/ot-extension'
import { openDatabase, transaction } from '../home/database.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS ot_setups (
  id BLOB NOT NULL,
  peer TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('receiver', 'sender')),
  made_at INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (id, role)
) STRICT, WITHOUT ROWID;
`

/** Setups kept a peer and role: older ones go, for who lost the newest makes another. */
const KEPT = 4

/**
 * What base OTs with other parties left here, so that a joint query starts without any; sealed. A setup in use is one object
 * a process, which knows its used tags and whether it is burnt.
 */
export class JointSetups implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault
  readonly #held = new Map<string, ReceiverSetup | SenderSetup>()

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /** Keeps a setup that was made with `peer`, durably. */
  keep(peer: string, setup: ReceiverSetup | SenderSetup): void {
    const encoded = setup instanceof ReceiverSetup ? encodeReceiverSetup(setup) : encodeSenderSetup(setup)
    const { id, role } = setup
    transaction(this.#database, () => {
      this.#database
        .prepare('INSERT OR REPLACE INTO ot_setups VALUES (?, ?, ?, ?, ?)')
        .run(id, peer, role, Date.now(), this.#vault.seal(place(role, peer, id), encoded))
      this.#database
        .prepare(
          `DELETE FROM ot_setups WHERE peer = ?1 AND role = ?2 AND id NOT IN
           (SELECT id FROM ot_setups WHERE peer = ?1 AND role = ?2 ORDER BY made_at DESC LIMIT ${KEPT})`,
        )
        .run(peer, role)
    })
    wipe(encoded)
    this.#held.set(`${role}/${toHex(id)}`, setup)
  }

  /** The newest setup in which this party receives from `peer`; undefined when one has to be made. */
  receiver(peer: string): ReceiverSetup | undefined {
    const row = this.#database
      .prepare("SELECT * FROM ot_setups WHERE peer = ? AND role = 'receiver' ORDER BY made_at DESC LIMIT 1")
      .get(peer)
    if (row === undefined) return undefined
    const id = row['id'] as Uint8Array
    const held = this.#held.get(`receiver/${toHex(id)}`)
    if (held instanceof ReceiverSetup && held.isUsable) return held
    const setup = this.#open('receiver', peer, id, row['sealed'] as Uint8Array, decodeReceiverSetup)
    this.#held.set(`receiver/${toHex(id)}`, setup)
    return setup
  }

  /** The setup of this id in which this party sends to `peer`; undefined when there is none. */
  sender(peer: string, id: Uint8Array): SenderSetup | undefined {
    const held = this.#held.get(`sender/${toHex(id)}`)
    const row = this.#database
      .prepare("SELECT sealed FROM ot_setups WHERE id = ? AND peer = ? AND role = 'sender'")
      .get(id, peer)
    if (row === undefined) return undefined
    if (held !== undefined && !(held instanceof ReceiverSetup)) return held
    const setup = this.#open('sender', peer, id, row['sealed'] as Uint8Array, decodeSenderSetup)
    this.#held.set(`sender/${toHex(id)}`, setup)
    return setup
  }

  /** Forgets a setup that an abort has ended, durably: it never serves again. */
  drop(id: Uint8Array): void {
    this.#database.prepare('DELETE FROM ot_setups WHERE id = ?').run(id)
    for (const role of ['receiver', 'sender']) {
      this.#held.get(`${role}/${toHex(id)}`)?.burn()
      this.#held.delete(`${role}/${toHex(id)}`)
    }
  }

  /** Forgets every setup in which this party sends: a Δ that an audit shows must not reach sessions about older tables. */
  dropSenders(): void {
    const rows = this.#database.prepare("SELECT id FROM ot_setups WHERE role = 'sender'").all()
    for (const { id } of rows) this.drop(id as Uint8Array)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #open<T>(
    role: string,
    peer: string,
    id: Uint8Array,
    sealed: Uint8Array,
    decode: (bytes: Uint8Array) => T,
  ): T {
    const bytes = this.#vault.open(place(role, peer, id), sealed)
    try {
      return decode(bytes)
    } finally {
      wipe(bytes)
    }
  }
}

const place = (role: string, peer: string, id: Uint8Array) => `ot-setup/${role}/${peer}/${toHex(id)}`
