/** Receiver to sender, once a setup: what lets him grow every tree but for one leaf, and checks that he grew it right. */
export interface TreesMessage {
  /** Of each tree and each level but the first: the masked sums of the left and of the right children, a block each. */
  readonly corrections: Uint8Array
  /** Of each tree: the sum of the check values of its leaves, 32 bytes. Empty where nothing is checked. */
  readonly sums: Uint8Array
  /** The hash of all check values, 32 bytes; empty where nothing is checked. */
  readonly digest: Uint8Array
}

/** What proves a chunk: the hashes of the choice bits and of the 128 columns of V. */
export interface ChunkProof {
  /** ũ, a block. */
  readonly u: Uint8Array
  /** Ṽ by rows: bit c of row b is bit b of the hash of column c. 128 blocks. */
  readonly v: Uint8Array
}

/** Receiver to sender, once a chunk. */
export interface ChunkMessage {
  /** u[i] + u[0] for the trees i > 0: a bit a row, trees one after another. */
  readonly corrections: Uint8Array
  /** Null in the semi-honest sets. */
  readonly proof: ChunkProof | null
}
