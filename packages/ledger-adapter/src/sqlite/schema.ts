/** Version of the tables below, kept in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 6

/** Marks the file as one of ours, in `PRAGMA application_id`: "mxlg". */
export const APPLICATION_ID = 0x6d786c67

/** Entries that are taken into memory when the file is opened: all but those about inquiries, which have tables. */
export const IS_OF_STATE =
  "kind NOT IN ('consent', 'consent-withdrawn', 'intent', 'intent-bought', 'intent-returned', 'outcome', 'sealed')"

/** Entries of state whose time is exact: what is sealed says no more than the five minutes. */
export const IS_TIMED_EXACTLY = `${IS_OF_STATE} AND kind NOT IN ('ticket', 'joint-intent', 'joint-outcome')`

const APPEND_ONLY_TABLES = ['ledger', 'entries', 'intent_receipts', 'nodes', 'points', 'checkpoints'] as const

/** Rows are inserted and never touched again: triggers refuse the rest, REPLACE too (recursive_triggers). */
const triggers = APPEND_ONLY_TABLES.flatMap(table =>
  ['UPDATE', 'DELETE'].map(
    verb => `
CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;`,
  ),
).join('')

export const SCHEMA = `
CREATE TABLE ledger (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  origin TEXT NOT NULL,
  suite TEXT NOT NULL,
  association TEXT NOT NULL,
  public_key BLOB NOT NULL
) STRICT;
CREATE TABLE entries (
  position INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  -- As far as the owner of the file can read the entry: of one that is sealed to others, 'sealed'.
  kind TEXT NOT NULL,
  bytes BLOB NOT NULL,
  sequenced_at INTEGER NOT NULL,
  receipt_signature BLOB NOT NULL
) STRICT;
-- Entries that a registry is made of, without the many that only inquiries refer to.
CREATE INDEX entries_of_state ON entries (position) WHERE ${IS_OF_STATE};
-- For the budgets, which count those after the snapshot.
CREATE INDEX entries_of_intents ON entries (position) WHERE kind = 'intent';
-- Entries that the owner of the file cannot read.
CREATE INDEX entries_unread ON entries (position) WHERE kind = 'sealed';
CREATE TABLE intent_receipts (
  position INTEGER PRIMARY KEY REFERENCES entries (position),
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE nodes (
  -- Node (level, index) is number (2 index + 1) 2^level - 1: new nodes come last, or near it.
  number INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE points (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL REFERENCES entries (position),
  at INTEGER NOT NULL,
  party TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL
) STRICT;
CREATE INDEX points_by_position ON points (position);
CREATE INDEX points_by_party ON points (party);
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
-- What follows from the entries, kept so that opening does not read them all; verification recomputes it. Written
-- before the entries of its transaction, so without references.
CREATE TABLE consents (
  id BLOB PRIMARY KEY,
  position INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  withdrawn INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE intents (
  id BLOB PRIMARY KEY,
  position INTEGER NOT NULL,
  outcome INTEGER,
  -- Id of the consent that it names, where that is known.
  consent BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX intents_by_consent ON intents (consent, position) WHERE consent IS NOT NULL;
-- Intents that were bought in advance.
CREATE TABLE purchases (
  id BLOB PRIMARY KEY,
  position INTEGER NOT NULL,
  inquirer TEXT NOT NULL,
  expires INTEGER NOT NULL,
  closed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX purchases_open ON purchases (inquirer, expires) WHERE closed IS NULL;
-- Intents that were ended before their time.
CREATE TABLE ended (
  id BLOB PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshot (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  balances TEXT NOT NULL,
  -- What the budgets have counted.
  counts TEXT NOT NULL
) STRICT;
CREATE TABLE cosignatures (
  party TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
-- Signed checkpoints that are larger than the tree, until it has got there.
CREATE TABLE ahead (
  size INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
CREATE TRIGGER cosignatures_no_delete BEFORE DELETE ON cosignatures
BEGIN SELECT RAISE(ABORT, 'cosignatures are not deleted'); END;
CREATE TRIGGER cosignatures_grow BEFORE UPDATE ON cosignatures WHEN NEW.size < OLD.size OR NEW.party <> OLD.party
BEGIN SELECT RAISE(ABORT, 'a member never cosigns a smaller tree'); END;
${triggers}
`
