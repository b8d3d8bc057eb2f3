import { compareBytes, toHex, wipe } from '@mixun/core/bytes'
import { Reader } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { suiteById } from '@mixun/core/suite'
import { type OprfKeyPair, oprfSuiteById } from '../oprf/index.ts'
import type { BookRow, BookRows, TableBook } from './book.ts'
import { proveKeyPossession, type TableCommitment } from './commitment.ts'
import type { TableDelta } from './delta.ts'
import { checkPayloads, dummyInput } from './entry.ts'
import type { IndexedTable } from './indexed-table.ts'
import { rowKey, rowTag } from './key-schedule.ts'
import { SALT_BYTES, sealedTableParametersById } from './params.ts'
import { type SealedRow, unsealRow } from './row.ts'
import { inputKeys, sealInputRow, type SealingContext } from './seal-rows.ts'
import { type DeltaShape, deltaShape, MAX_VERSION, rowsOfVersion } from './size-class.ts'
import type { SealedTable } from './table.ts'
import type { TableRows } from './table-rows.ts'

/** What a subject has from now on in the table's class. */
export interface SubjectChange {
  /** The subject's encoding. Secret. */
  readonly input: Uint8Array
  /** 0 to C payloads; none withdraws the subject. Secret. */
  readonly payloads: readonly Uint8Array[]
}

/** What a delta is made from. Book, key and changes are secret. */
export interface DeltaSource {
  /** The version to start from, its commitment and its book. */
  readonly table: TableRows
  readonly commitment: TableCommitment
  readonly book: BookRows
  readonly key: OprfKeyPair
  /** At most one a subject; the first come first. */
  readonly changes: readonly SubjectChange[]
  readonly random: RandomSource
}

/** What a delta of a table in memory is made from. */
export interface MakeDeltaOptions extends DeltaSource {
  readonly table: SealedTable
  readonly book: TableBook
}

/** What a delta of a table is made from whose rows lie in files. */
export interface MakeIndexedDeltaOptions extends DeltaSource {
  readonly table: IndexedTable
}

/** A delta and the commitment to the version that it leads to. */
export interface MadeIndexedDelta {
  readonly delta: TableDelta
  readonly commitment: TableCommitment
  /** What the inserted rows were sealed for, in the order of their tags. Secret. */
  readonly inserted: readonly BookRow[]
  /** Changes that did not fit; they belong into the next delta. */
  readonly deferred: readonly SubjectChange[]
}

/** A delta, and what the provider holds after it. */
export interface MadeDelta extends MadeIndexedDelta {
  readonly table: SealedTable
  readonly book: TableBook
}

/**
 * Makes the delta to the next version.
 *
 * @throws ERR_TABLE_DUPLICATE_SUBJECT, ERR_TABLE_ROW_FULL, ERR_INPUT_LENGTH, ERR_INPUT_RANGE for changes that fit no
 * table and after the last version of an epoch, ERR_VERIFY_ROOT when table and commitment do not belong together
 */
export function makeDelta(options: MakeDeltaOptions): MadeDelta {
  const { table, commitment, book } = options
  const { delta, inserted, deferred } = draftDelta(options)
  const next = table.apply(delta, deltaShape(commitment.baseRowCount))
  const positions = delta.insertions.map(row => table.find(row.tag).index)
  return {
    delta,
    table: next,
    commitment: commitNext(options, next.root),
    book: book.insert(positions, inserted),
    inserted,
    deferred,
  }
}

/**
 * {@link makeDelta} of a table that lies in files: reads the rows it changes, and the index becomes that of the next version.
 *
 * @throws the errors of {@link makeDelta}
 */
export function makeIndexedDelta(options: MakeIndexedDeltaOptions): MadeIndexedDelta {
  const drafted = draftDelta(options)
  options.table.advance(drafted.delta)
  return { ...drafted, commitment: commitNext(options, options.table.root) }
}

function draftDelta(options: DeltaSource): Omit<MadeIndexedDelta, 'commitment'> {
  const { table, commitment } = options
  table.checkRoot(commitment)
  const version = commitment.version + 1
  if (version > MAX_VERSION) fail('ERR_INPUT_RANGE', `expected at most ${MAX_VERSION} versions in an epoch`)
  const draft = new Draft(options, version)
  const deferred = draft.take(checkChanges(options))
  draft.fill()
  return { ...draft.finish(), deferred }
}

function commitNext({ commitment, key, random }: DeltaSource, root: Uint8Array): TableCommitment {
  const { keyProof: _, ...before } = commitment
  const version = before.version + 1
  const rowCount = rowsOfVersion(before.baseRowCount, version)
  return proveKeyPossession({ ...before, version, rowCount, root }, key, random)
}

/** A delta in the making: rows go in until one of the two kinds is used up. */
class Draft {
  readonly #options: DeltaSource
  readonly #context: SealingContext
  readonly #shape: DeltaShape
  readonly #insertions: { readonly row: SealedRow; readonly book: BookRow }[] = []
  readonly #updates = new Map<number, SealedRow>()

  constructor(options: DeltaSource, version: number) {
    const { commitment, key } = options
    this.#options = options
    this.#shape = deltaShape(commitment.baseRowCount)
    this.#context = {
      suite: suiteById(commitment.suite),
      parameters: sealedTableParametersById(commitment.parameters),
      scope: commitment,
      oprf: oprfSuiteById(commitment.oprf),
      key,
      version,
    }
  }

  /** Seals the rows of each change while there is room; the rest is returned. */
  take(changes: readonly SubjectChange[]): SubjectChange[] {
    return changes.filter(change => {
      const { insertions, updates } = this.#shape
      // An evaluation each: hundreds of thousands may wait.
      const isFull = this.#insertions.length === insertions && this.#updates.size === updates
      return isFull || !this.#takeOne(change)
    })
  }

  /** Spends what is left on dummies and on rows drawn from the whole table. */
  fill(): void {
    const { table, random } = this.#options
    while (this.#insertions.length < this.#shape.insertions) {
      const input = dummyInput(random)
      const prk = this.#prk(input)
      this.#insert(this.#seal(prk, 0, new Uint8Array(0)), { input, row: 0 })
      wipe(prk)
    }
    while (this.#updates.size < this.#shape.updates) {
      const index = uniformBelow(table.rowCount, random)
      if (!this.#updates.has(index)) this.#resalt(index)
    }
  }

  finish(): { delta: TableDelta; inserted: BookRow[] } {
    const sorted = this.#insertions.toSorted((a, b) => compareBytes(a.row.tag, b.row.tag))
    const updates = [...this.#updates].toSorted(([a], [b]) => a - b)
    const delta: TableDelta = {
      version: this.#context.version,
      insertions: sorted.map(({ row }) => row),
      updates: updates.map(([index, row]) => ({ index, row })),
    }
    return { delta, inserted: sorted.map(({ book }) => book) }
  }

  #takeOne({ input, payloads }: SubjectChange): boolean {
    const { table } = this.#options
    const { suite, parameters } = this.#context
    const prk = this.#prk(input)
    const places = Array.from({ length: parameters.rowsPerSubject }, (_, row) =>
      table.find(rowTag(suite, prk, row)),
    )
    // Rows that the subject has, and those that it needs and has not.
    const known = places.flatMap(({ found, index }, row) => (found ? [{ index, row }] : []))
    const missing = payloads.flatMap((_, row) => (places[row]?.found ? [] : [row]))
    const fits =
      this.#insertions.length + missing.length <= this.#shape.insertions &&
      this.#updates.size + known.length <= this.#shape.updates
    if (fits) {
      const sealed = (row: number) => this.#seal(prk, row, payloads[row] ?? new Uint8Array(0))
      for (const { index, row } of known) this.#updates.set(index, sealed(row))
      for (const row of missing) this.#insert(sealed(row), { input, row })
    }
    wipe(prk)
    return fits
  }

  #insert(row: SealedRow, book: BookRow): void {
    this.#insertions.push({ row, book })
  }

  /** The same content under a fresh salt. */
  #resalt(index: number): void {
    const { table, book } = this.#options
    const { input, row } = book.at(index)
    const before = table.row(index)
    const prk = this.#prk(input)
    const key = rowKey(this.#context.suite, prk, row, before.salt)
    const payload = unsealRow(this.#context, key, before)
    this.#updates.set(index, this.#seal(prk, row, payload))
    wipe(prk, key, payload)
  }

  #prk(input: Uint8Array): Uint8Array {
    return inputKeys(this.#context, [input])[0] as Uint8Array
  }

  #seal(prk: Uint8Array, row: number, payload: Uint8Array): SealedRow {
    return sealInputRow(this.#context, prk, row, payload, this.#options.random.bytes(SALT_BYTES))
  }
}

function checkChanges({ changes, commitment }: DeltaSource): readonly SubjectChange[] {
  const parameters = sealedTableParametersById(commitment.parameters)
  const seen = new Set<string>()
  for (const { input, payloads } of changes) {
    const identity = toHex(input)
    if (seen.has(identity)) fail('ERR_TABLE_DUPLICATE_SUBJECT', 'expected one change a subject, found two')
    seen.add(identity)
    checkPayloads(parameters, input, payloads)
  }
  return changes
}

/** Rejection sampling over 4 bytes. */
function uniformBelow(limit: number, random: RandomSource): number {
  const ceiling = 2 ** 32 - (2 ** 32 % limit)
  for (;;) {
    const value = new Reader(random.bytes(4)).uint32()
    if (value < ceiling) return value % limit
  }
}
