import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { requireConstantTime } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'
import type { OprfKeyPair, OprfSuite } from '../oprf/index.ts'
import { checkTableId, FIRST_VERSION, type TableId } from './commitment.ts'
import { checkPayloads, dummyInput } from './entry.ts'
import { SALT_BYTES, type SealedTableParameters } from './params.ts'
import type { SealingContext, SubjectToSeal } from './seal-rows.ts'
import { sizeClass } from './size-class.ts'

/** Subjects or dummies that are sealed at once: one task of a pool, some ten milliseconds. */
export const CHUNK_SUBJECTS = 64

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

/** What there is to seal for a table. */
export interface TablePlan {
  readonly context: SealingContext
  /** Subjects and dummies. */
  readonly total: number
  readonly rowCount: number
  /** All subjects and dummies with their randomness, drawn in this order whoever seals them; to be walked once. */
  chunks(): Generator<readonly SubjectToSeal[], void>
}

/**
 * Checks the entries and lays out the work.
 *
 * @throws the errors of `buildTable`
 */
export function planTable(options: BuildTableOptions): TablePlan {
  const { id, suite, oprf, parameters, key, random } = options
  checkTableId(id)
  requireConstantTime(oprf.group, key)
  const entries = checkEntries(options)
  const realRows = entries.reduce((sum, entry) => sum + entry.payloads.length, 0)
  const rowCount = sizeClass(realRows)
  const total = entries.length + rowCount - realRows
  const publicKey = oprf.group.encodeElement(key.publicKey)
  const scope = { ...id, publicKey }
  return {
    context: { suite, oprf, parameters, scope, key, version: FIRST_VERSION },
    total,
    rowCount,
    chunks: () => drawChunks(entries, 0, total, random),
  }
}

/**
 * Subjects number `from` to `to` with fresh randomness: the entries given, then dummies.
 *
 * @param entries from number `from` on
 */
export function* drawChunks(
  entries: Iterable<TableEntry>,
  from: number,
  to: number,
  random: RandomSource,
): Generator<readonly SubjectToSeal[], void> {
  // Not for…of: the caller may go on with the iterator where this one stops.
  const iterator = entries[Symbol.iterator]()
  for (let start = from; start < to; start += CHUNK_SUBJECTS) {
    const length = Math.min(CHUNK_SUBJECTS, to - start)
    yield Array.from({ length }, () => {
      const next = iterator.next()
      return withSalts(next.done === true ? dummy(random) : next.value, random)
    })
  }
}

/** A dummy takes the path of a real row, so that no one without the key can tell them apart. */
function dummy(random: RandomSource): TableEntry {
  return { input: dummyInput(random), payloads: [new Uint8Array(0)] }
}

function withSalts({ input, payloads }: TableEntry, random: RandomSource): SubjectToSeal {
  return { input, rows: payloads.map(payload => ({ payload, salt: random.bytes(SALT_BYTES) })) }
}

function checkEntries(options: BuildTableOptions): TableEntry[] {
  const entries = [...options.entries]
  const seen = new Set<string>()
  for (const { input, payloads } of entries) {
    const identity = toHex(input)
    if (seen.has(identity)) fail('ERR_TABLE_DUPLICATE_SUBJECT', 'expected one entry a subject, found two')
    seen.add(identity)
    if (payloads.length === 0) fail('ERR_INPUT_LENGTH', 'expected at least one payload an entry')
    checkPayloads(options.parameters, input, payloads)
  }
  return entries
}
