/** Whether the evaluator decodes the outputs or each side holds a share of them. Agreed on beforehand. */
export type OutputForm = 'decoded' | 'shared'

/** Garbler to evaluator: a circuit that was garbled for one evaluation. */
export interface GarbledCircuit {
  /** The key of the hash, 16 bytes; public. */
  readonly key: Uint8Array
  /** Two ciphertexts of 16 bytes for each AND gate, in the order of layers. */
  readonly tables: Uint8Array
  /** Hashes of 16 bytes of each output's labels, for zero and for one; empty where outputs are shared. */
  readonly decoding: Uint8Array
}
