/** An entry as stored. */
export interface EntryRow {
  readonly index: number
  /** The canonical encoding of the signed entry. */
  readonly bytes: Uint8Array
  readonly sequencedAt: number
  /** The signature of its append receipt. */
  readonly receiptSignature: Uint8Array
}
