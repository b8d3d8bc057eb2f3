import { concat, toHex } from '../bytes/index.ts'
import { intl } from '../suite/index.ts'
import { seededRandom } from '../testing/index.ts'
import { expect, it } from 'vitest'
import { nodeHash } from '../merkle/index.ts'
import { Sha256Batch, sha256TreeLevel } from './index.ts'

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

it('hashes a level of a tree as its nodes one by one', () => {
  const random = seededRandom('nodes')
  for (const count of [0, 1, 2, 3, 9, 1_023, 1_024, 1_025, 1_030]) {
    const nodes = Array.from({ length: count }, () => random.bytes(32))
    const parents = Array.from({ length: count >> 1 }, (_, i) =>
      nodeHash(intl.hash, nodes[2 * i] as Uint8Array, nodes[2 * i + 1] as Uint8Array),
    )
    expect(toHex(sha256TreeLevel(concat(...nodes)))).toBe(toHex(concat(...parents)))
  }
})
