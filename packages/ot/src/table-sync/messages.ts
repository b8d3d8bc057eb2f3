/** The provider's first message. */
export interface SyncHeader {
  /** Bytes of the whole content. */
  readonly totalBytes: number
}

/** A run of content bytes; chunks are full but for the last. */
export interface SyncChunk {
  readonly content: Uint8Array
}
