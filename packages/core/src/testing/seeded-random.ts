import { createHash } from 'node:crypto'
import type { RandomSource } from '../random/index.ts'

/** Reproducible bytes for tests: SHA-256(seed ‖ counter). Never for real data. */
export function seededRandom(seed: string): RandomSource {
  let counter = 0
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let offset = 0; offset < length; offset += 32) {
        const block = createHash('sha256').update(`${seed}/${counter++}`).digest()
        bytes.set(block.subarray(0, Math.min(32, length - offset)), offset)
      }
      return bytes
    },
  }
}
