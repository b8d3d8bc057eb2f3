/** Sender to receiver: what lets it grow every tree but for one leaf. */
export interface TreesMessage {
  /** Of each tree and each level: the sums of its left and of its right nodes, each under its message of an OT. */
  readonly sums: Uint8Array
  /** Of each tree: the total of its leaves plus an element of the base VOLE. */
  readonly corrections: Uint8Array
}

/** Receiver to sender: what the trees are checked under. */
export interface ChallengeMessage {
  /** Where the weights of all leaves come from. */
  readonly seed: Uint8Array
  /** The weighted sum of the noise, under an element of the base VOLE. */
  readonly masked: Uint8Array
}
