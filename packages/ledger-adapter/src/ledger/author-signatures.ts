import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import type { ComputePool, ComputeTask, TaskModule } from '@mixun/core/compute'
import { MixunError } from '@mixun/core/errors'
import { suiteById } from '@mixun/core/suite'
import type { LedgerAnchor } from './anchor.ts'
import { entryStatement, MAX_ENTRY_BYTES, verifyEntryStatement } from './entry.ts'
import { entryCodec, type LedgerEntry } from './ledger-entry.ts'

/** Signatures of one task: some milliseconds of work. */
const TASK_SIGNATURES = 32
const SIGNATURE_BYTES = 64
const MAX_FIELD_BYTES = 128

/** An entry with its encoding, and the key under which its signature was verified; null when it was not. */
export interface CheckedEntry {
  readonly entry: LedgerEntry
  readonly bytes: Uint8Array | null
  readonly verifiedKey: Uint8Array | null
}

interface Claim {
  readonly publicKey: Uint8Array
  readonly statement: Uint8Array
  readonly signature: Uint8Array
}

/** The task of a thread: one byte a claim, 1 when its signature holds. */
export const verifyAuthorsTask: ComputeTask = input => {
  const reader = new Reader(input)
  const suite = suiteById(fromUtf8(reader.bytes16(MAX_FIELD_BYTES)))
  const results = new Uint8Array(reader.uint16())
  for (let i = 0; i < results.length; i++) {
    const publicKey = reader.bytes16(MAX_FIELD_BYTES)
    const signature = reader.fixed(SIGNATURE_BYTES)
    const statement = reader.bytes32(MAX_ENTRY_BYTES)
    try {
      verifyEntryStatement(suite, publicKey, statement, signature)
      results[i] = 1
    } catch (error) {
      if (!(error instanceof MixunError)) throw error
    }
  }
  reader.end()
  return results
}

/** The tasks of a ledger, for the pool that verifies its authors. */
export const authorSignatureTasks: TaskModule = { url: import.meta.url, tasks: { verifyAuthorsTask } }

/**
 * Verifies the signatures of entries in a pool, before they are sequenced. What does not hold, or whose author is not
 * known yet, comes back unverified, to be judged in its turn.
 *
 * @param keyOf the signing key of an author as far as it is known now
 */
export async function checkAuthors(
  pool: ComputePool,
  anchor: LedgerAnchor,
  keyOf: (author: string) => Uint8Array | undefined,
  entries: readonly LedgerEntry[],
): Promise<CheckedEntry[]> {
  const checked: CheckedEntry[] = entries.map(entry => {
    // A sealed one is judged in its turn, from what the sequencer finds in it.
    if (entry.kind === 'sealed') return { entry, bytes: null, verifiedKey: null }
    // A copy: the caller may go on with its own while the threads work.
    const { id, payload, signature } = entry
    const copy = { ...entry, id: id.slice(), payload: payload.slice(), signature: signature.slice() }
    return { entry: copy, bytes: encodingOf(copy), verifiedKey: null }
  })
  const known = checked.flatMap(({ entry, bytes }, at) => {
    if (entry.kind === 'sealed' || bytes === null) return []
    const publicKey = keyOf(entry.author)
    if (publicKey === undefined) return []
    return [{ at, publicKey, statement: entryStatement(anchor, bytes), signature: entry.signature }]
  })
  const groups = Array.from({ length: Math.ceil(known.length / TASK_SIGNATURES) }, (_, i) =>
    known.slice(i * TASK_SIGNATURES, (i + 1) * TASK_SIGNATURES),
  )
  const results = await Promise.all(
    groups.map(group =>
      pool.run(authorSignatureTasks, 'verifyAuthorsTask', encodeClaims(anchor.suite.id, group)),
    ),
  )
  groups.forEach((group, g) => {
    group.forEach(({ at, publicKey }, i) => {
      if (results[g]?.[i] === 1) checked[at] = { ...(checked[at] as CheckedEntry), verifiedKey: publicKey }
    })
  })
  return checked
}

function encodeClaims(suiteId: string, claims: readonly Claim[]): Uint8Array {
  const writer = new Writer().bytes16(utf8(suiteId)).uint16(claims.length)
  for (const { publicKey, statement, signature } of claims) {
    writer.bytes16(publicKey).fixed(signature, SIGNATURE_BYTES).bytes32(statement)
  }
  return writer.finish()
}

/** Null for what has no encoding: it is refused with the reason in its turn. */
function encodingOf(entry: LedgerEntry): Uint8Array | null {
  try {
    return entryCodec.encode(entry)
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    return null
  }
}
