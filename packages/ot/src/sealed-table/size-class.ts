import { fail } from '@mixun/core/errors'

/** Rows of the smallest size class. */
export const MIN_ROW_COUNT = 64

/** Rows of the largest size class: a million. */
export const MAX_ROW_COUNT = 2 ** 20

/**
 * The smallest size class, 2^k or 1.5 · 2^k rows from {@link MIN_ROW_COUNT} to {@link MAX_ROW_COUNT}, that holds
 * `rows` rows. A published table shows its class and not its number of rows.
 *
 * @throws ERR_INPUT_RANGE above the largest class
 */
export function sizeClass(rows: number): number {
  if (!Number.isSafeInteger(rows) || rows < 0 || rows > MAX_ROW_COUNT) {
    fail('ERR_INPUT_RANGE', `expected 0 to ${MAX_ROW_COUNT} rows, found ${rows}`)
  }
  for (let power = MIN_ROW_COUNT; ; power *= 2) {
    if (rows <= power) return power
    if (rows <= 1.5 * power) return 1.5 * power
  }
}

/** Whether a table may have this number of rows. */
export function isSizeClass(rows: number): boolean {
  return (
    Number.isSafeInteger(rows) && rows >= MIN_ROW_COUNT && rows <= MAX_ROW_COUNT && sizeClass(rows) === rows
  )
}

/** How many rows a delta brings: the same for every delta of a table, whatever changed. */
export interface DeltaShape {
  /** I: rows with new tags. The table grows by so many. */
  readonly insertions: number
  /** U: rows sealed anew. */
  readonly updates: number
}

/** The shape of the deltas of a table that began with `baseRowCount` rows: 4 and 12 to 25 and 75. */
export function deltaShape(baseRowCount: number): DeltaShape {
  const insertions = Math.min(25, Math.max(4, Math.ceil(baseRowCount / 1_024)))
  return { insertions, updates: 3 * insertions }
}

/** Most versions of a table in one epoch: more than a year of deltas every 15 minutes. */
export const MAX_VERSION = 40_000

/** Rows of the largest table after its last delta. */
export const MAX_TABLE_ROWS = MAX_ROW_COUNT + 25 * MAX_VERSION

/** Rows of version `version` of a table that began with `baseRowCount` rows. */
export function rowsOfVersion(baseRowCount: number, version: number): number {
  return baseRowCount + version * deltaShape(baseRowCount).insertions
}
