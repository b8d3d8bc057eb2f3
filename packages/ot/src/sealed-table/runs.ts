/** Rows that are read at a time while runs are merged. */
export const BLOCK_ROWS = 128

/** Neighbouring rows of a run: sealed, and what each is for. */
export interface RunBlock {
  /** Whole sealed rows, ascending by tag. */
  readonly rows: Uint8Array
  /** The book's rows, one for each sealed row and in the same order. Secret. */
  readonly book: Uint8Array
}

/**
 * Where a large build keeps what it has sealed: runs of rows in the order of their tags, each in blocks. Durable, so
 * that a build which was cut off goes on after its last run.
 */
export interface RunStore {
  /**
   * Makes ready for a build, and forgets the runs of any other.
   *
   * @param fingerprint of key, parameters and entries
   * @returns how many runs of this build are kept
   */
  begin(fingerprint: Uint8Array): number
  /** Keeps the next run: once this returns, it survives a crash. A block holds until the next one is asked for. */
  append(blocks: Iterable<RunBlock>): void
  /** The blocks of run number `run`, in order; the rows of one hold until the next is asked for. */
  blocks(run: number): Iterable<RunBlock>
  /** Forgets all runs: the table is made. */
  clear(): void
}

/** Takes the bytes of an encoded table, in order. */
export interface TableSink {
  /** The bytes hold until it returns. */
  write(bytes: Uint8Array): void
}
