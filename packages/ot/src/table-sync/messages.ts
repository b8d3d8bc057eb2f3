/** The provider's first message. */
export interface SyncHeader {
  /** Bytes of the whole content. */
  readonly totalBytes: number
}

/** A member's question: the deltas from the version that it holds to the one it needs. */
export interface DeltaRequest {
  readonly from: number
  /** Above `from`. */
  readonly to: number
}

/** One frame a delta follows, or nothing: the whole table is shorter, or the deltas are gone. */
export type DeltaAnswer = 'deltas' | 'whole'

/** A run of content bytes; chunks are full but for the last. */
export interface SyncChunk {
  readonly content: Uint8Array
}
