/** A source of secret randomness. Protocol steps take it as an argument, so that tests can fix it. */
export interface RandomSource {
  /** Fresh uniform bytes. */
  bytes(length: number): Uint8Array
}

/** The operating system's generator. */
export const systemRandom: RandomSource = {
  bytes(length) {
    const bytes = new Uint8Array(length)
    // getRandomValues takes at most 65,536 bytes a call.
    for (let offset = 0; offset < length; offset += 65_536) {
      globalThis.crypto.getRandomValues(bytes.subarray(offset, Math.min(offset + 65_536, length)))
    }
    return bytes
  },
}
