import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '@mixun/core/bytes'
import { type EvaluationTranscript, evaluationTranscriptCodec } from '@mixun/ot/keyword-ot'
import { binaryColumn } from './binary-column.ts'
import type { Vault } from './vault.ts'

export const EVALUATIONS_SCHEMA = `
CREATE TABLE IF NOT EXISTS evaluations (
  intent_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  class TEXT NOT NULL,
  sealed_transcript BLOB NOT NULL,
  PRIMARY KEY (intent_id, provider, class)
) STRICT;
`

/** How one evaluation of an inquiry can be opened. */
export interface StoredEvaluation {
  readonly provider: string
  readonly class: string
  readonly transcript: EvaluationTranscript
}

/** How the evaluations of answered inquiries can be opened, sealed. */
export class EvaluationRows {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(database: DatabaseSync, vault: Vault) {
    this.#database = database
    this.#vault = vault
  }

  put(intentId: Uint8Array, evaluations: readonly StoredEvaluation[]): void {
    const insert = this.#database.prepare('INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?)')
    for (const { provider, class: className, transcript } of evaluations) {
      const where = evaluationPlace(intentId, provider, className)
      const sealed = this.#vault.seal(where, evaluationTranscriptCodec.encode(transcript))
      insert.run(intentId, provider, className, sealed)
    }
  }

  /** Those of an intent; none when they were purged. Secret. */
  of(intentId: Uint8Array): StoredEvaluation[] {
    const rows = this.#database.prepare('SELECT * FROM evaluations WHERE intent_id = ?').all(intentId)
    return rows.map(row => {
      const [provider, className] = [String(row['provider']), String(row['class'])]
      const sealed = binaryColumn(row['sealed_transcript'])
      const opened = this.#vault.open(evaluationPlace(intentId, provider, className), sealed)
      return { provider, class: className, transcript: evaluationTranscriptCodec.decode(opened) }
    })
  }
}

function evaluationPlace(intentId: Uint8Array, provider: string, className: string): string {
  return `evaluation/${toHex(intentId)}/${provider}/${className}`
}
