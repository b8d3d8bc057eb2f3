import { TREE_SCHEMA } from './party-log-tree.ts'

/** Tables of a party log: entries and the tree over them are append-only, the rest follows from them or is work to do. */
export const PARTY_LOG_SCHEMA = `
CREATE TABLE IF NOT EXISTS party_log (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('asked', 'answered', 'refused', 'opened')),
  inquirer TEXT NOT NULL,
  class TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  session_id BLOB NOT NULL,
  intent_id BLOB,
  request_digest BLOB,
  code TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_evaluation ON party_log (intent_id, class) WHERE event = 'asked';
CREATE INDEX IF NOT EXISTS openings ON party_log (intent_id, class) WHERE event = 'opened';
CREATE TABLE IF NOT EXISTS key_use (
  class TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  evaluations INTEGER NOT NULL,
  PRIMARY KEY (class, epoch)
) STRICT, WITHOUT ROWID;
INSERT INTO key_use
  SELECT class, epoch, count(*) FROM party_log
  WHERE event IN ('asked', 'opened') AND NOT EXISTS (SELECT 1 FROM key_use) GROUP BY class, epoch;
CREATE TRIGGER IF NOT EXISTS party_log_count AFTER INSERT ON party_log WHEN NEW.event IN ('asked', 'opened')
  BEGIN
    INSERT INTO key_use VALUES (NEW.class, NEW.epoch, 1)
      ON CONFLICT (class, epoch) DO UPDATE SET evaluations = evaluations + 1;
  END;
CREATE TABLE IF NOT EXISTS intent_receipts (
  intent_id BLOB PRIMARY KEY,
  receipt BLOB NOT NULL,
  code TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fill_ins (
  intent_id BLOB PRIMARY KEY,
  entry BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS closed (
  intent_id BLOB NOT NULL,
  class TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (intent_id, class)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS party_log_no_update BEFORE UPDATE ON party_log
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS party_log_no_delete BEFORE DELETE ON party_log
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
${TREE_SCHEMA}`
