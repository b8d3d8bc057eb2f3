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
 * that a build which was cut off goes on with the runs that it has.
 */
export interface RunStore {
  /**
   * Makes ready for a build, and forgets the runs of any other.
   *
   * @param fingerprint of key, parameters and entries
   * @returns numbers of the runs of this build that are kept, from 0; one that is damaged is not
   */
  begin(fingerprint: Uint8Array): ReadonlySet<number>
  /** Keeps a run: once this returns, it survives a crash. A block holds until the next one is asked for. */
  keep(run: number, blocks: Iterable<RunBlock>): void
  /**
   * The blocks of a run that is kept, in order; the rows of one hold until the next is asked for.
   *
   * @throws when it is damaged, and forgets it then
   */
  blocks(run: number): Iterable<RunBlock>
  /** Forgets all runs: the table is made. */
  clear(): void
}

/** Takes the bytes of an encoded table, in order. */
export interface TableSink {
  /** The bytes hold until it returns. */
  write(bytes: Uint8Array): void
}
