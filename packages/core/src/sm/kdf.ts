import { concat, i2osp, wipe } from '../bytes/index.ts'
import { SM3_BYTES, sm3 } from './sm3.ts'

/**
 * The key derivation function of GB/T 32918.4-2016 section 5.4.3 (and .3, section 5.4.3): SM3(input ‖ 1) ‖
 * SM3(input ‖ 2) ‖ …, with counters of 32 bits, cut to `length` bytes. Input and output are secret.
 */
export function sm2Kdf(input: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let counter = 1; (counter - 1) * SM3_BYTES < length; counter++) {
    blocks.push(sm3(input, i2osp(counter, 4)))
  }
  const joined = concat(...blocks)
  const derived = joined.slice(0, length)
  wipe(joined, ...blocks)
  return derived
}
