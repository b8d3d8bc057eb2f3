import type { Statements } from './statements.ts'

/** The rows of consents and intents: what follows from their entries, kept so that opening does not read them all. */
export class InquiryRows {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  consentRow(id: Uint8Array): { position: number; uses: number; withdrawn: number | null } | undefined {
    const row = this.#statements.get('SELECT position, uses, withdrawn FROM consents WHERE id = ?', id)
    const withdrawn = row?.['withdrawn'] ?? null
    return (
      row && {
        position: Number(row['position']),
        uses: Number(row['uses']),
        withdrawn: withdrawn === null ? null : Number(withdrawn),
      }
    )
  }

  intentRow(
    id: Uint8Array,
  ): { position: number; outcome: number | null; consent: Uint8Array | null } | undefined {
    const row = this.#statements.get('SELECT position, outcome, consent FROM intents WHERE id = ?', id)
    const outcome = row?.['outcome'] ?? null
    return (
      row && {
        position: Number(row['position']),
        outcome: outcome === null ? null : Number(outcome),
        consent: row['consent'] as Uint8Array | null,
      }
    )
  }

  insertConsent(id: Uint8Array, index: number): void {
    this.#statements.run(
      'INSERT INTO consents (id, position, uses, withdrawn) VALUES (?, ?, 0, NULL)',
      id,
      index,
    )
  }

  useConsent(id: Uint8Array): void {
    this.#statements.run('UPDATE consents SET uses = uses + 1 WHERE id = ?', id)
  }

  setWithdrawn(id: Uint8Array, index: number): void {
    this.#statements.run('UPDATE consents SET withdrawn = ? WHERE id = ?', index, id)
  }

  insertIntent(id: Uint8Array, index: number, consent: Uint8Array | null): void {
    this.#statements.run(
      'INSERT INTO intents (id, position, outcome, consent) VALUES (?, ?, NULL, ?)',
      id,
      index,
      consent,
    )
  }

  /** Ids of the intents that name a consent, in the order of the ledger. */
  intentsUnder(consent: Uint8Array): Uint8Array[] {
    const sql = 'SELECT id FROM intents WHERE consent IS NOT NULL AND consent = ? ORDER BY position'
    return this.#statements.all(sql, consent).map(row => row['id'] as Uint8Array)
  }

  endedAt(id: Uint8Array): number | undefined {
    const row = this.#statements.get('SELECT position FROM ended WHERE id = ?', id)
    return row && Number(row['position'])
  }

  insertEnded(id: Uint8Array, index: number): void {
    this.#statements.run('INSERT INTO ended (id, position) VALUES (?, ?) ON CONFLICT DO NOTHING', id, index)
  }

  /** Intents that were ended, for counting them against the entries. */
  endedCount(): number {
    return Number(this.#statements.get('SELECT count(*) AS count FROM ended')?.['count'])
  }

  setOutcome(id: Uint8Array, index: number): void {
    this.#statements.run('UPDATE intents SET outcome = ? WHERE id = ?', index, id)
  }

  /** Consents and intents on file, for counting them against the entries. */
  inquiryRowCount(): number {
    const sql = 'SELECT (SELECT count(*) FROM consents) + (SELECT count(*) FROM intents) AS count'
    return Number(this.#statements.get(sql)?.['count'])
  }
}
