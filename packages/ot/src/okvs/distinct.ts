import { fail } from '@mixun/core/errors'
import { OKVS_KEY_BYTES } from './params.ts'

/** @throws ERR_INPUT_DUPLICATE, naming the two positions of a key that stands twice */
export function requireDistinctKeys(keys: Uint8Array): void {
  const seen = new Map<string, number>()
  for (let i = 0; i < keys.length / OKVS_KEY_BYTES; i++) {
    const key = String.fromCharCode(...keys.subarray(i * OKVS_KEY_BYTES, (i + 1) * OKVS_KEY_BYTES))
    const earlier = seen.get(key)
    if (earlier !== undefined) {
      fail('ERR_INPUT_DUPLICATE', `expected distinct keys, found those at ${earlier} and ${i} alike`)
    }
    seen.set(key, i)
  }
}
