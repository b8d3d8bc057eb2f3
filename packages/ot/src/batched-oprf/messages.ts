/** Receiver to sender: its store under the VOLE. */
export interface BlindedItems {
  /** Seed of the store's rows, 16 bytes. */
  readonly seed: Uint8Array
  /** The columns of the store plus u, 16 bytes each. */
  readonly columns: Uint8Array
}
