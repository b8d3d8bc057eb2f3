/** First byte of each frame of the handshake; all differ from those of session frames and of records. */
export const InnerKind = {
  opening: 0x20,
  answer: 0x21,
  confirmed: 0x22,
  resumed: 0x23,
  accepted: 0x24,
  unknown: 0x25,
} as const
export type InnerKind = (typeof InnerKind)[keyof typeof InnerKind]

/** First byte of each record. `start` carries nothing: it opens a direction in which nobody has spoken yet. */
export const RecordType = { data: 0x28, close: 0x29, start: 0x2a } as const
export type RecordType = (typeof RecordType)[keyof typeof RecordType]

/** Initiator → responder: R_A. */
export interface Opening {
  readonly initiator: string
  readonly responder: string
  /** Compressed point; checked by the agreement before a secret is touched. */
  readonly ephemeralKey: Uint8Array
}

/** Responder → initiator: R_B and S_B. */
export interface Answer {
  readonly ephemeralKey: Uint8Array
  readonly confirmation: Uint8Array
}

/** Initiator → responder: S_A, and the first record. */
export interface Confirmed {
  readonly confirmation: Uint8Array
  readonly record: Uint8Array
}

/** Initiator → responder, instead of an opening: a known secret, the how-manieth channel under it, the first record. */
export interface Resumed {
  readonly ticketId: Uint8Array
  readonly use: number
  readonly nonce: Uint8Array
  readonly record: Uint8Array
}

/** Responder → initiator, before its first record. */
export interface Accepted {
  readonly nonce: Uint8Array
  readonly record: Uint8Array
}
