import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '@mixun/core/bytes'
import { openDatabase } from '../home/database.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS tickets (
  ticket_id BLOB PRIMARY KEY,
  sealed_content BLOB NOT NULL,
  sealed_answer BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS reported_rows (
  intent_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  class TEXT NOT NULL,
  PRIMARY KEY (intent_id, provider, class)
) STRICT;
`

/** Contents and answers of the tickets that this party opened or received; sealed. What became of them the ledger says. */
export class TicketStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /** Keeps the encoded content of a ticket; the same again changes nothing. */
  keep(ticketId: Uint8Array, content: Uint8Array): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO tickets VALUES (?, ?, NULL)')
      .run(ticketId, this.#vault.seal(place('content', ticketId), content))
  }

  /** The encoded content; undefined when this party never had it. Secret. */
  content(ticketId: Uint8Array): Uint8Array | undefined {
    return this.#open('content', ticketId)
  }

  /** Keeps the encoded answer to a ticket that is here. */
  setAnswer(ticketId: Uint8Array, answer: Uint8Array): void {
    this.#database
      .prepare('UPDATE tickets SET sealed_answer = ? WHERE ticket_id = ?')
      .run(this.#vault.seal(place('answer', ticketId), answer), ticketId)
  }

  /** The encoded answer; undefined before there is one. Secret. */
  answer(ticketId: Uint8Array): Uint8Array | undefined {
    return this.#open('answer', ticketId)
  }

  isReported(intentId: Uint8Array, provider: string, className: string): boolean {
    const found = this.#database
      .prepare('SELECT 1 FROM reported_rows WHERE intent_id = ? AND provider = ? AND class = ?')
      .get(intentId, provider, className)
    return found !== undefined
  }

  setReported(intentId: Uint8Array, provider: string, className: string): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO reported_rows VALUES (?, ?, ?)')
      .run(intentId, provider, className)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #open(part: 'content' | 'answer', ticketId: Uint8Array): Uint8Array | undefined {
    const row = this.#database.prepare('SELECT * FROM tickets WHERE ticket_id = ?').get(ticketId)
    const sealed = row?.[`sealed_${part}`]
    return sealed instanceof Uint8Array ? this.#vault.open(place(part, ticketId), sealed) : undefined
  }
}

const place = (part: string, ticketId: Uint8Array) => `ticket-${part}/${toHex(ticketId)}`
