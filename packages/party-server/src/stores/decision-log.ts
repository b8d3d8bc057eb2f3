import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '@mixun/sdk/home'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS decisions (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('urgent-release')),
  operator TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS decisions_no_update BEFORE UPDATE ON decisions
  BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS decisions_no_delete BEFORE DELETE ON decisions
  BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;
`

/** Why a delta may not wait for the clock. */
export const URGENT_REASONS = [
  'court-order',
  'data-subject-request',
  'gross-error',
  'regulator-order',
] as const

export type UrgentReason = (typeof URGENT_REASONS)[number]

/** A decision of an operator that shows outside: who, when and why. Never about whom. */
export interface Decision {
  readonly at: number
  readonly decision: 'urgent-release'
  readonly operator: string
  readonly reason: UrgentReason
}

/** A party's own append-only log of decisions; every write is durable when it returns. */
export class DecisionLog implements Disposable {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = openDatabase(file, SCHEMA)
  }

  add({ at, decision, operator, reason }: Decision): void {
    this.#database
      .prepare('INSERT INTO decisions (at, decision, operator, reason) VALUES (?, ?, ?, ?)')
      .run(at, decision, operator, reason)
  }

  entries(): Decision[] {
    const rows = this.#database.prepare('SELECT * FROM decisions ORDER BY sequence').all()
    return rows.map(row => ({
      at: Number(row['at']),
      decision: row['decision'] as Decision['decision'],
      operator: String(row['operator']),
      reason: row['reason'] as UrgentReason,
    }))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
