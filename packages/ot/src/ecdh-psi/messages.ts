/** <Curve, Hash, HashToCurveStrategy>: numbers of PPCA 9—2023, tables 3 to 5. */
export interface EcSuit {
  readonly curve: number
  readonly hash: number
  readonly strategy: number
}

/** Client to server (tables 1, 2 and 7): what may be chosen from, in order of preference. */
export interface HandshakeRequest {
  readonly version: number
  readonly requesterRank: number
  readonly algorithms: readonly number[]
  readonly suits: readonly EcSuit[]
  readonly formats: readonly number[]
  readonly canTruncate: boolean
  /** Items of the client. */
  readonly itemCount: number
  /** Who learns the intersection: a rank, or −1 for both. */
  readonly resultToRank: number
}

/** Server to client (tables 9 to 12): what was chosen, or the code of table 13 that says why nothing was. */
export interface HandshakeResponse {
  readonly errorCode: number
  readonly algorithm: number
  readonly suit: EcSuit
  readonly format: number
  /** Bits of a point encrypted twice, or −1 for whole points. */
  readonly truncatedBits: number
  readonly resultToRank: number
}

/** Points of one side: encrypted once (`enc`), or what the peer sent encrypted again (`dual.enc`) (table 14). */
export interface CipherBatch {
  readonly type: 'enc' | 'dual.enc'
  /** From 0. */
  readonly index: number
  readonly isLast: boolean
  /** Encoded points, or their truncations, of equal length. */
  readonly points: readonly Uint8Array[]
}
