import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import {
  cosignCheckpoint,
  cosignerName,
  isLineOf,
  mergeCosigned,
  plainCosigned,
} from '../checkpoint/cosignature.ts'
import { parseNote } from '../checkpoint/signed-note.ts'
import type { VerifierKey } from '../checkpoint/verifier-key.ts'
import type { CosignatureRow } from './note-rows.ts'
import type { LedgerFile } from './ledger-file.ts'
import { requireOwnTree } from './own-tree.ts'

/** Cosignatures that count when nothing else is said: of that many members. */
export const DEFAULT_COSIGNATURES = 2

/** Whose cosignatures count, and how many are needed. */
export interface CosignedOptions {
  /** How many members; default {@link DEFAULT_COSIGNATURES}. */
  readonly minimum?: number
  /** Members that do not count: the subject of the entry, the one who asks. */
  readonly excluding?: readonly string[]
}

/**
 * Files the cosigned checkpoint of a member, unless a newer one is on file. The sequencer never counts as a cosigner.
 *
 * @throws ERR_LEDGER_CHECKPOINT, ERR_LEDGER_COSIGNATURE, ERR_LEDGER_FORK with both checkpoints; ERR_INPUT_RANGE for a
 * tree that is larger than the one on file
 */
export function fileCosignature(file: LedgerFile, note: string): void {
  const row = readCosignature(file, note, filedSizes(file))
  if (row === null) return
  file.write(() => {
    if ((filedSizes(file).get(row.party) ?? -1) < row.size) file.store.notes.putCosignature(row)
  })
}

/**
 * Files what the ledger has of all members, at once and without a sync of the disk: it has it again after a power failure.
 * What is ahead of the own tree waits for the next time; a line that does not verify counts for nothing.
 *
 * @throws ERR_LEDGER_CHECKPOINT, ERR_LEDGER_FORK with both checkpoints
 */
export function fileCosignatures(file: LedgerFile, notes: readonly string[]): void {
  const rows: CosignatureRow[] = []
  const cosignatures = file.store.notes.cosignatures()
  const known = new Set(cosignatures.map(({ note }) => note))
  const filed = new Map(cosignatures.map(({ party, size }) => [party, size]))
  for (const note of notes) {
    // Most are on file from the last time.
    if (known.has(note)) continue
    try {
      if (openCheckpoint(file.verifierKey, note).size > file.size) continue
      const row = readCosignature(file, note, filed)
      if (row === null) continue
      rows.push(row)
      filed.set(row.party, row.size)
    } catch (error) {
      if (!(error instanceof MixunError) || error.code !== 'ERR_LEDGER_COSIGNATURE') throw error
    }
  }
  if (rows.length === 0) return
  file.writeUnsynced(store => {
    const now = filedSizes(file)
    for (const row of rows) if ((now.get(row.party) ?? -1) < row.size) store.notes.putCosignature(row)
  })
}

/** The verified cosignature of a member; null when one as new is filed. */
function readCosignature(
  file: LedgerFile,
  note: string,
  filed: ReadonlyMap<string, number>,
): CosignatureRow | null {
  const { checkpoint, party } = claimOf(file, note)
  const { size } = checkpoint
  // Before anything else: whoever cosigned it, the log signed it.
  requireOwnTree(file, checkpoint)
  if ((filed.get(party) ?? -1) >= size) return null
  const cosigner = cosignerKey(file, party)
  if (cosigner === undefined) {
    return fail('ERR_LEDGER_COSIGNATURE', 'expected the cosignature of an active member')
  }
  return { party, size, note: plainCosigned(file.verifierKey, cosigner, note) }
}

/** Size of the newest tree that each member cosigned. */
function filedSizes(file: LedgerFile): ReadonlyMap<string, number> {
  return new Map(file.store.notes.cosignatures().map(({ party, size }) => [party, size]))
}

/**
 * Cosigns the newest verified checkpoint as a member. It is on file before the note is returned, so that a crash
 * cannot make the member forget what it said; nothing that contradicts it is cosigned later.
 *
 * @param now the clock, in Unix milliseconds
 * @returns the newest checkpoint that the member cosigned; null before the first, and while the ledger does not know
 * this key as its own
 * @throws ERR_LEDGER_FORK when the tree on file does not continue it
 */
export function cosignAs(file: LedgerFile, identity: Identity, now: () => number): string | null {
  const { partyId } = identity
  return file.write(() => {
    const before = file.store.notes.cosignatures().find(row => row.party === partyId)
    const head = file.lastCheckpoint()
    if (before !== undefined) requireOwnTree(file, openCheckpoint(file.verifierKey, before.note))
    const isNew = head !== null && head.size > (before?.size ?? 0)
    if (!isNew || !isKeyOf(file, identity)) return before?.note ?? null
    requireOwnTree(file, head)
    const name = cosignerName(file.anchor.origin, partyId)
    const note = cosignCheckpoint(file.verifierKey, head.text, name, identity, Math.floor(now() / 1_000))
    file.store.notes.putCosignature({ party: partyId, size: head.size, note })
    return note
  })
}

/** Active members, and the size of the tree that each cosigned last. */
export function cosignedSizes(file: LedgerFile): Map<string, number> {
  return new Map(counted(file, []).map(({ party, size }) => [party, size]))
}

/**
 * The newest checkpoint that enough members stand behind: each has cosigned it, or a larger one of this same tree.
 * Its note holds the cosignatures of those who cosigned exactly this one.
 */
export function latestCosigned(
  file: LedgerFile,
  { minimum = DEFAULT_COSIGNATURES, excluding = [] }: CosignedOptions = {},
): SignedCheckpoint | null {
  const rows = counted(file, excluding)
  const row = rows.at(-minimum)
  if (minimum < 1 || row === undefined) return minimum < 1 ? file.lastCheckpoint() : null
  const same = rows.filter(each => each.size === row.size).map(each => each.note)
  const checkpoint = openCheckpoint(file.verifierKey, row.note)
  return { ...checkpoint, text: mergeCosigned(same.slice(-MAX_LINES)) }
}

/** Cosignatures of one merged note, so that it stays one that is read. */
const MAX_LINES = 15

/** Rows of active members under their key of today, by ascending size. Their signatures were checked when filed. */
function counted(file: LedgerFile, excluding: readonly string[]): CosignatureRow[] {
  return file.store.notes.cosignatures().filter(({ party, note }) => {
    const cosigner = excluding.includes(party) ? undefined : cosignerKey(file, party)
    return cosigner !== undefined && parseNote(note).signatures.some(line => isLineOf(line, cosigner))
  })
}

/** The log's checkpoint, and which member it claims to be cosigned by: that is not verified yet. */
function claimOf(file: LedgerFile, note: string): { party: string; checkpoint: SignedCheckpoint } {
  const prefix = cosignerName(file.anchor.origin, '')
  const checkpoint = openCheckpoint(file.verifierKey, note)
  const names = parseNote(note)
    .signatures.map(({ name }) => name)
    .filter(name => name.startsWith(prefix))
  const [name, another] = names
  if (name === undefined || another !== undefined) {
    return fail('ERR_LEDGER_COSIGNATURE', 'expected a checkpoint with the cosignature of one member')
  }
  return { party: name.slice(prefix.length), checkpoint }
}

/** Whether the ledger knows this key: nobody could verify a cosignature under another. */
function isKeyOf(file: LedgerFile, { partyId, signingKey }: Identity): boolean {
  const known = cosignerKey(file, partyId)
  return known !== undefined && compareBytes(known.publicKey, signingKey.publicKey) === 0
}

function cosignerKey({ anchor, state }: LedgerFile, partyId: string): VerifierKey | undefined {
  const member = state.registry.member(partyId)
  if (member?.status !== 'active' || member.role === 'association') return undefined
  return {
    name: cosignerName(anchor.origin, partyId),
    suite: anchor.suite,
    publicKey: member.signingKey,
  }
}
