/**
 * The sealed table (ARCHITECTURE section 1): a provider's records of one class and epoch, encrypted row by row under
 * keys that only an evaluation of the subject yields. Built once an epoch, committed on the ledger, downloaded whole.
 *
 *   y = F(k, x)   prk = Extract("mixun-row" ‖ provider ‖ class ‖ epoch ‖ pk, y)            (key-schedule.ts)
 *   row i < C:    tag = Expand(prk, "tag" ‖ i)   key = Expand(prk, "key" ‖ i ‖ σ)   σ fresh
 *                 ciphertext = AEAD(key, nonce 0; length₂ ‖ payload ‖ zeros; provider, class, epoch, version, tag, σ)
 *                 leaf = H(0x00 ‖ tag ‖ σ ‖ ciphertext)
 *   table:        rows by tag, padded with dummies to 2^k or 1.5·2^k, Merkle root, proof of possession of k
 *
 * The tag is kept whole: it commits to y, so that a ciphertext that opens under two keys is of no use. Variable fields
 * are length-prefixed, so is the epoch fixed at 8 bytes; the nonce is zero because a key serves one version of one
 * row. The first root of an epoch is version 0; a row will name the version it was sealed for.
 *
 * Adversary: whoever holds the table and fewer than all evaluations; confidentiality rests on one-more gap
 * Diffie–Hellman in the random-oracle model and is not post-quantum. A malicious provider cannot show different bytes
 * to different members or change them later; it can leave rows out, fill them with falsehoods, or seal them under
 * another key, which only sampling finds. Two neighbours prove "none" as far as the tags increase.
 *
 * Leaks: the size class, C, and who downloads. To who evaluated x: which rows are x's, for the whole epoch.
 *
 * Not constant time: a group that is a BigInt reference, an entry's number of payloads, the sort, the lookup's position.
 */
import { compareBytes, concat, toHex, utf8, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'
import { evaluateInput, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import {
  checkTableId,
  FIRST_VERSION,
  proveKeyPossession,
  type TableCommitment,
  type TableId,
} from './commitment.ts'
import { rowKey, rowTag, subjectKey } from './key-schedule.ts'
import { rowPayloadBytes, SALT_BYTES, sealedRowBytes, type SealedTableParameters } from './params.ts'
import { type RowContext, sealRow } from './row.ts'
import { sizeClass } from './size-class.ts'
import { SealedTable } from './table.ts'

/** Subjects or dummies between two reports of progress: some milliseconds. */
const STEP = 16

/** First byte of every dummy input. No text is encoded with it, and no entry may start with it. */
const DUMMY_DOMAIN = 0xff

/** One subject: its encoding (secret) and 1 to C payloads of 1 to `rowPayloadBytes` bytes (secret). */
export interface TableEntry {
  readonly input: Uint8Array
  readonly payloads: readonly Uint8Array[]
}

/** What a table is made from. The entries are secret, and so are key and randomness. */
export interface BuildTableOptions {
  readonly id: TableId
  readonly suite: Suite
  readonly oprf: OprfSuite
  readonly parameters: SealedTableParameters
  /** The key of this provider, class and epoch, and of no other. */
  readonly key: OprfKeyPair
  readonly entries: Iterable<TableEntry>
  readonly random: RandomSource
}

/** How far {@link buildTableSteps} is, between two evaluations. */
export interface BuildProgress {
  /** Evaluations done, of `total`. */
  readonly done: number
  readonly total: number
}

/** A table, and what the provider puts on the ledger before its first evaluation. */
export interface BuiltTable {
  readonly table: SealedTable
  readonly commitment: TableCommitment
}

/**
 * Builds and commits a table in one go; see {@link buildTableSteps}.
 *
 * @throws ERR_TABLE_DUPLICATE_SUBJECT, ERR_TABLE_ROW_FULL, ERR_INPUT_LENGTH for an entry without payload or an empty
 * one, ERR_INPUT_RANGE for too many rows, a bad id or an input of the dummies' domain
 */
export function buildTable(
  options: BuildTableOptions & { readonly onProgress?: (done: number, total: number) => void },
): BuiltTable {
  const steps = buildTableSteps(options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    options.onProgress?.(step.value.done, step.value.total)
  }
}

/** {@link buildTable} in steps, for a caller that has other work between them. Entries are checked before the first. */
export function* buildTableSteps(options: BuildTableOptions): Generator<BuildProgress, BuiltTable> {
  const { id, suite, oprf, parameters, key, random } = options
  checkTableId(id)
  const entries = checkEntries(options)
  const realRows = entries.reduce((sum, entry) => sum + entry.payloads.length, 0)
  const rowCount = sizeClass(realRows)
  const publicKey = oprf.group.encodeElement(key.publicKey)
  const scope = { ...id, publicKey, version: FIRST_VERSION }
  const sealer: RowContext = { suite, parameters, scope }

  const rows: Uint8Array[] = []
  const seal = (input: Uint8Array, payloads: readonly Uint8Array[]) => {
    const output = evaluateInput(oprf, 'voprf', key.secretKey, input)
    rows.push(...sealPayloads(sealer, output, payloads, random))
    wipe(output)
  }
  const total = entries.length + rowCount - realRows
  for (let done = 0; done < total; done++) {
    if (done % STEP === 0) yield { done, total }
    const entry = entries[done]
    if (entry !== undefined) seal(entry.input, entry.payloads)
    // A dummy takes the path of a real row, so that no one without the key can tell them apart.
    else seal(concat(Uint8Array.of(DUMMY_DOMAIN), utf8('mixun-dummy'), random.bytes(32)), [new Uint8Array(0)])
  }
  yield { done: total, total }

  rows.sort(compareBytes) // The tag comes first; that no two are equal is checked by the table.
  const buffer = new Uint8Array(rowCount * sealedRowBytes(parameters, suite))
  for (const [i, row] of rows.entries()) buffer.set(row, i * row.length)
  const table = new SealedTable(suite, parameters, buffer)
  const statement = {
    version: FIRST_VERSION,
    ...id,
    suite: suite.id,
    oprf: oprf.id,
    parameters: parameters.id,
    publicKey,
    rowCount,
    root: table.root,
  }
  return { table, commitment: proveKeyPossession(statement, key, random) }
}

function sealPayloads(
  context: RowContext,
  output: Uint8Array,
  payloads: readonly Uint8Array[],
  random: RandomSource,
): Uint8Array[] {
  const { suite, scope } = context
  const prk = subjectKey(suite, scope, output)
  const rows = payloads.map((payload, i) => {
    const salt = random.bytes(SALT_BYTES)
    const tag = rowTag(suite, prk, i)
    const encryptionKey = rowKey(suite, prk, i, salt)
    const row = concat(tag, salt, sealRow(context, encryptionKey, tag, salt, payload))
    wipe(encryptionKey)
    return row
  })
  wipe(prk)
  return rows
}

function checkEntries(options: BuildTableOptions): TableEntry[] {
  const { rowsPerSubject } = options.parameters
  const capacity = rowPayloadBytes(options.parameters)
  const entries = [...options.entries]
  const seen = new Set<string>()
  for (const { input, payloads } of entries) {
    if (input[0] === DUMMY_DOMAIN) fail('ERR_INPUT_RANGE', 'expected an input that does not start with 0xff')
    const identity = toHex(input)
    if (seen.has(identity)) fail('ERR_TABLE_DUPLICATE_SUBJECT', 'expected one entry a subject, found two')
    seen.add(identity)
    if (payloads.length === 0 || payloads.some(payload => payload.length === 0)) {
      fail('ERR_INPUT_LENGTH', 'expected at least one payload an entry, and none of them empty')
    }
    const longest = Math.max(...payloads.map(payload => payload.length))
    if (payloads.length > rowsPerSubject || longest > capacity) {
      fail(
        'ERR_TABLE_ROW_FULL',
        `expected at most ${rowsPerSubject} payloads of ${capacity} bytes, found ${payloads.length} of up to ${longest}`,
      )
    }
  }
  return entries
}
