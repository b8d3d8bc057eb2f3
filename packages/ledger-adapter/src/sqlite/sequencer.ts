import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { type AppendReceiptBody, signAppendReceipts } from '../ledger/append-receipt.ts'
import type { CheckedEntry } from '../ledger/author-signatures.ts'
import { checkClock, sequencedTime } from '../ledger/clock.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { signBoughtReceipt } from '../ledger/bought-receipt.ts'
import { signIntentReceipt } from '../ledger/intent-receipt.ts'
import type { Appended } from '../ledger/ledger.ts'
import { entryCodec, type LedgerEntry } from '../ledger/ledger-entry.ts'
import type { ReadableEntry } from '../ledger/payloads.ts'
import type { AdmittedEntry } from '../ledger/state.ts'
import type { EntryRow } from './entry-row.ts'
import type { LedgerFile } from './ledger-file.ts'
import { requireOwnBeacon } from './own-tree.ts'

interface SequencedEntry {
  readonly admitted: AdmittedEntry
  readonly row: EntryRow
  readonly leafHash: Uint8Array
}

/** What became of an entry: where it stands, or why not. */
type Taken = PromiseFulfilledResult<Place> | PromiseRejectedResult

interface Place {
  readonly body: AppendReceiptBody
  readonly intentReceipt: Uint8Array | null
}

/** Stands in the row of an entry until the receipts of its transaction are signed. */
const UNSIGNED = new Uint8Array(0)

/** Gives entries their place in the ledger's file and signs for it; every call inside {@link LedgerFile.write}. */
export class Sequencer {
  readonly #file: LedgerFile
  readonly #identity: Identity
  readonly #now: () => number

  /** @param identity the association @param now the clock, in Unix milliseconds */
  constructor(file: LedgerFile, identity: Identity, now: () => number) {
    this.#file = file
    this.#identity = identity
    this.#now = now
  }

  /** Appends each entry or says why not; inside {@link LedgerFile.write}. */
  appendAll(checked: readonly CheckedEntry[]): PromiseSettledResult<Appended>[] {
    const bodies: AppendReceiptBody[] = []
    const taken = checked.map(entry => this.#tryAppend(entry, bodies))
    const { anchor, store } = this.#file
    const receipts = signAppendReceipts(anchor, this.#identity.signingKey, bodies)
    for (const { index, signature } of receipts) store.signEntry(index, signature)
    return taken.map(each =>
      each.status === 'rejected' ? each : { status: 'fulfilled', value: this.#appended(each.value) },
    )
  }

  /** @param bodies what is left to sign: that of an entry which is new is added */
  #tryAppend({ entry, bytes: encoded, verifiedKey }: CheckedEntry, bodies: AppendReceiptBody[]): Taken {
    let sequenced: SequencedEntry
    try {
      const bytes = encoded ?? entryCodec.encode(entry)
      const stored = this.#file.store.entryById(entry.id)
      if (stored !== undefined) return { status: 'fulfilled', value: this.#repeat(entry.id, bytes, stored) }
      sequenced = this.#sequence(entry, bytes, verifiedKey)
    } catch (reason) {
      if (!(reason instanceof MixunError)) throw reason
      return { status: 'rejected', reason }
    }
    // Outside of the catch: from the first row on, any failure undoes the whole transaction.
    const { admitted, row, leafHash } = sequenced
    const { index, sequencedAt } = row
    this.#file.insert(admitted, row, leafHash)
    const body = { entryId: entry.id, index, leafHash, sequencedAt }
    const intentReceipt = this.#intentReceipt(admitted.entry, body)
    if (intentReceipt !== null) this.#file.store.insertIntentReceipt(index, intentReceipt)
    bodies.push(body)
    return { status: 'fulfilled', value: { body, intentReceipt } }
  }

  #repeat(id: Uint8Array, bytes: Uint8Array, row: EntryRow): Place {
    const { index } = row
    if (compareBytes(row.bytes, bytes) !== 0) {
      fail('ERR_LEDGER_ID_CONFLICT', `entry ${index} has this id and other bytes`, { details: { index } })
    }
    return { body: this.#bodyOf(id, row), intentReceipt: this.#file.store.intentReceipt(index) }
  }

  /** Judges the entry and gives it the next index; writes nothing. Its receipt is signed with those of the others. */
  #sequence(signed: LedgerEntry, bytes: Uint8Array, verifiedKey: Uint8Array | null): SequencedEntry {
    const admitted = this.#file.state.admit(signed, bytes, verifiedKey)
    // A clock that was set back waits here; members refuse a ledger whose time does.
    const now = Math.max(this.#now(), this.#file.newestTime)
    checkClock(admitted.entry, now)
    requireOwnBeacon(this.#file, admitted.entry, this.#file.size)
    const sequencedAt = sequencedTime(signed.kind === 'sealed', now)
    const row = { index: this.#file.size, bytes, sequencedAt, receiptSignature: UNSIGNED }
    return { admitted, row, leafHash: entryLeafHash(this.#identity.suite, bytes) }
  }

  /** The answer for an entry of this transaction or of one before. */
  #appended({ body, intentReceipt }: Place): Appended {
    const { receiptSignature: signature } = this.#file.store.entry(body.index) as EntryRow
    return { receipt: { ...body, signature }, intentReceipt }
  }

  #bodyOf(entryId: Uint8Array, { index, bytes, sequencedAt }: EntryRow): AppendReceiptBody {
    return { entryId, index, leafHash: entryLeafHash(this.#identity.suite, bytes), sequencedAt }
  }

  #intentReceipt(
    entry: ReadableEntry,
    { entryId, index, leafHash, sequencedAt }: AppendReceiptBody,
  ): Uint8Array | null {
    const place = { entryId, index, leafHash, sequencedAt }
    const { anchor } = this.#file
    const { signingKey } = this.#identity
    if (entry.kind === 'intent-bought') {
      const { price: _price, ...bought } = entry.payload
      return signBoughtReceipt(anchor, signingKey, { ...bought, ...place })
    }
    if (entry.kind !== 'intent') return null
    const { intentId, inquirer, element, classes, asked, purpose, expiresAt } = entry.payload
    const intent = { intentId, inquirer, element, classes, asked, purpose, expiresAt }
    return signIntentReceipt(anchor, signingKey, { ...intent, ...place })
  }

  /** Signs the receipt of an intent on file anew; nothing for other entries. */
  restoreIntentReceipt(index: number): void {
    const row = this.#file.store.entry(index) as EntryRow
    const receipt = this.#intentReceipt(
      this.#file.openEntry(row),
      this.#bodyOf(entryCodec.decode(row.bytes).id, row),
    )
    if (receipt !== null) this.#file.store.insertIntentReceipt(index, receipt)
  }
}
