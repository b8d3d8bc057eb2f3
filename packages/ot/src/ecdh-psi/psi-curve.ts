import type { RandomSource } from '@mixun/core/random'

/** A secret of one run: items and points "encrypted", which is multiplied, by it. */
export interface PsiKey {
  /** Each item hashed to a point, times the secret; encoded. */
  encryptItems(items: readonly Uint8Array[]): Uint8Array[]
  /** Each point of the peer, checked, times the secret; encoded. @throws ERR_DECODE_ELEMENT, ERR_DECODE_LENGTH */
  encryptPoints(points: readonly Uint8Array[]): Uint8Array[]
}

/** A curve of ECDH-PSI with its map from items to points. */
export interface PsiCurve {
  /** Bytes of an encoded point. */
  readonly pointBytes: number
  /** A fresh key. Keys serve one run: under a key that is used again, sets of two runs can be compared. */
  generateKey(random: RandomSource): PsiKey
  /** The lowest `bytes` bytes of a point's x-coordinate, in the order that points are encoded in. */
  truncate(point: Uint8Array, bytes: number): Uint8Array
}
