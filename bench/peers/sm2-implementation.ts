/**
 * One implementation of SM2 with its key, from bytes to bytes; signatures are DER. Not each of them can encrypt.
 */
export interface Sm2Implementation {
  readonly side: string
  readonly userId: Uint8Array
  readonly sign: (message: Uint8Array) => Uint8Array
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean
  /** C1 ‖ C3 ‖ C2, C1 with its first byte. */
  readonly encrypt?: (message: Uint8Array) => Uint8Array
  readonly decrypt?: (ciphertext: Uint8Array) => Uint8Array
}
