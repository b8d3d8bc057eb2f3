/**
 * The sealed table (ARCHITECTURE section 1): a provider's records of one class and epoch, encrypted row by row under
 * keys that only an evaluation of the subject yields. Built once an epoch, committed on the ledger, downloaded whole.
 *
 *   y = F(k, x)   prk = Extract("mixun-row" ‖ provider ‖ class ‖ epoch ‖ pk, y)            (key-schedule.ts)
 *   row i < C:    tag = Expand(prk, "tag" ‖ i)   key = Expand(prk, "key" ‖ i ‖ σ)   σ fresh
 *                 ciphertext = AEAD(key, nonce 0; length₂ ‖ payload ‖ zeros; provider, class, epoch, version, tag, σ)
 *                 leaf = H(0x00 ‖ tag ‖ version ‖ σ ‖ ciphertext)
 *   table:        rows by tag, padded with dummies to 2^k or 1.5·2^k, Merkle root, proof of possession of k
 *
 * The tag is kept whole: it commits to y, so that a ciphertext that opens under two keys is of no use. Variable fields
 * are length-prefixed, so is the epoch fixed at 8 bytes; the nonce is zero because a key serves one version of one
 * row. The first root of an epoch is version 0; a row names the version it was sealed for (delta.ts).
 *
 * Adversary: whoever holds the table and fewer than all evaluations; confidentiality rests on one-more gap
 * Diffie–Hellman in the random-oracle model and is not post-quantum. A malicious provider cannot show different bytes
 * to different members or change them later; it can leave rows out, fill them with falsehoods, or seal them under
 * another key, which only sampling finds. Two neighbours prove "none" as far as the tags increase.
 *
 * Leaks: the size class, C, and who downloads. To who evaluated x: which rows are x's, for the whole epoch.
 *
 * Not constant time: an entry's number of payloads, the sort, the lookup's position.
 */
import { compareBytes, wipe } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import { fail } from '@mixun/core/errors'
import { type BookRow, TableBook } from './book.ts'
import { FIRST_VERSION, proveKeyPossession, type TableCommitment } from './commitment.ts'
import { sealedRowBytes } from './params.ts'
import { type BuildTableOptions, planTable, type TablePlan } from './plan.ts'
import { sealRows, type SubjectToSeal } from './seal-rows.ts'
import { SealedTable } from './table.ts'
import { encodeSealing, sealedTableTasks } from './tasks.ts'

/** A table, and what the provider puts on the ledger before its first evaluation. */
export interface BuiltTable {
  readonly table: SealedTable
  readonly commitment: TableCommitment
  /** What deltas are made from; secret, the provider's own. */
  readonly book: TableBook
}

/** Evaluations done, of `total`: first with none done, last with all. */
export type BuildProgress = (done: number, total: number) => void

/**
 * Builds and commits a table in one go.
 *
 * @throws ERR_TABLE_DUPLICATE_SUBJECT, ERR_TABLE_ROW_FULL, ERR_INPUT_LENGTH for an entry without payload or an empty
 * one, ERR_INPUT_RANGE for too many rows, a bad id or an input of the dummies' domain, ERR_KERNEL_VARIABLE_TIME
 */
export function buildTable(options: BuildTableOptions & { readonly onProgress?: BuildProgress }): BuiltTable {
  const plan = planTable(options)
  const rows = new BuiltRows(plan, options.onProgress)
  for (const chunk of plan.chunks()) rows.add(chunk, sealRows(plan.context, chunk))
  return rows.finish(options)
}

/** {@link BuildTableOptions} for a build that a signal can end and that reports how far it is. */
export interface BuildInPoolOptions extends BuildTableOptions {
  readonly onProgress?: BuildProgress
  readonly signal?: AbortSignal
}

/**
 * {@link buildTable} with the rows sealed in a pool that was given `sealedTableTasks`: the same bytes from the same
 * randomness, which is drawn here and in the same order. Each thread holds one chunk of entries and has one waiting.
 *
 * @throws the errors of {@link buildTable}, ERR_COMPUTE_…; nothing is left over then
 */
export async function buildTableInPool(pool: ComputePool, options: BuildInPoolOptions): Promise<BuiltTable> {
  const plan = planTable(options)
  const rows = new BuiltRows(plan, options.onProgress)
  const chunks = plan.chunks()
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const sealChunks = async (): Promise<void> => {
    // All lanes walk one generator; a failure in one ends it for all.
    for (const chunk of chunks) {
      const input = encodeSealing(plan.context, chunk)
      const sealing = pool.run(sealedTableTasks, 'sealRowsTask', input, signal)
      wipe(input)
      rows.add(chunk, await sealing)
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: 2 * pool.concurrency }, sealChunks))
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
  return rows.finish(options)
}

/** Collects sealed rows in any order. */
class BuiltRows {
  readonly #plan: TablePlan
  readonly #rowBytes: number
  readonly #rows: { readonly bytes: Uint8Array; readonly book: BookRow }[] = []
  readonly #onProgress: BuildProgress | undefined
  #done = 0

  constructor(plan: TablePlan, onProgress: BuildProgress | undefined) {
    this.#plan = plan
    this.#rowBytes = sealedRowBytes(plan.context.parameters, plan.context.suite)
    this.#onProgress = onProgress
    this.#report()
  }

  /** Takes the rows of a chunk, one after the other. @throws ERR_COMPUTE_RESULT unless these are all of them */
  add(chunk: readonly SubjectToSeal[], rows: Uint8Array): void {
    const count = chunk.reduce((sum, subject) => sum + subject.rows.length, 0)
    if (rows.length !== count * this.#rowBytes) {
      fail(
        'ERR_COMPUTE_RESULT',
        `expected ${count} rows of ${this.#rowBytes} bytes, found ${rows.length} bytes`,
      )
    }
    let at = 0
    for (const subject of chunk) {
      for (const row of subject.rows.keys()) {
        const bytes = rows.subarray(at, (at += this.#rowBytes))
        this.#rows.push({ bytes, book: { input: subject.input, row } })
      }
    }
    this.#done += chunk.length
    this.#report()
  }

  finish({ id, suite, oprf, parameters, key, random }: BuildTableOptions): BuiltTable {
    const { rowCount, context } = this.#plan
    this.#rows.sort((a, b) => compareBytes(a.bytes, b.bytes)) // The tag comes first; that no two are equal is checked by the table.
    const buffer = new Uint8Array(rowCount * this.#rowBytes)
    for (const [i, { bytes }] of this.#rows.entries()) buffer.set(bytes, i * bytes.length)
    const table = new SealedTable(suite, parameters, buffer)
    const statement = {
      version: FIRST_VERSION,
      ...id,
      suite: suite.id,
      oprf: oprf.id,
      parameters: parameters.id,
      publicKey: context.scope.publicKey,
      baseRowCount: rowCount,
      rowCount,
      root: table.root,
    }
    return {
      table,
      commitment: proveKeyPossession(statement, key, random),
      book: TableBook.of(this.#rows.map(({ book }) => book)),
    }
  }

  #report(): void {
    this.#onProgress?.(this.#done, this.#plan.total)
  }
}
