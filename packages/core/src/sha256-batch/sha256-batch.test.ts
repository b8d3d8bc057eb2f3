import { toHex } from '../bytes/index.ts'
import { intl } from '../suite/index.ts'
import { seededRandom } from '../testing/index.ts'
import { expect, it } from 'vitest'
import { Sha256Batch } from './index.ts'

it('hashes as SHA-256 does, whatever the lengths, in any order', () => {
  const random = seededRandom('messages')
  // Around every number of blocks, and enough to fill the queues.
  const lengths = [0, 1, 23, 39, 54, 55, 56, 63, 64, 102, 118, 119, 120, 200, 5_000]
  const messages = Array.from({ length: 2_500 }, (_, i) =>
    random.bytes(lengths[i % lengths.length] as number),
  )
  for (const prefix of [new Uint8Array(0), random.bytes(16)]) {
    const out = new Uint8Array(32 * messages.length)
    const batch = new Sha256Batch(out)
    for (const i of messages.keys()) {
      const at = messages.length - 1 - i
      batch.add(at, prefix, messages[at] as Uint8Array)
    }
    batch.finish()
    const wrong = messages.flatMap((message, i) =>
      toHex(out.subarray(32 * i, 32 * i + 32)) === toHex(intl.hash(prefix, message)) ? [] : [i],
    )
    expect(wrong).toEqual([])
  }
})
