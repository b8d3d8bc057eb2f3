import { toHex } from '@mixun/core/bytes'
import { expect, it } from 'vitest'
import { bitAt } from '../base-ot/index.ts'
import { OT_EXTENSION_PROTOCOL, otExtensionParametersById } from '../ot-extension/index.ts'
import { dealtSetups } from '../testing/dealt-setups.ts'
import { sessionPair } from '../testing/sessions.ts'
import { openOtReceiver, openOtSender } from './index.ts'

it.each([
  ['softspoken_k2_malicious', 2 ** 24],
  ['softspoken_k4_malicious', 2 ** 22 + 1],
  ['softspoken_k1_malicious', 2 ** 20 - 1],
])('%s: %i random OTs in the memory of a few chunks', async (id, count) => {
  const setups = dealtSetups(otExtensionParametersById(id), 'long')
  const { client, server } = await sessionPair({ protocol: OT_EXTENSION_PROTOCOL, parameters: id })
  const [sender, receiver] = await Promise.all([
    openOtSender(client, setups.sender),
    openOtReceiver(server, setups.receiver),
  ])
  const sent = sender.random(count)[Symbol.asyncIterator]()
  let [done, wrong, largest] = [0, 0, 0]
  const block = (blocks: Uint8Array, i: number) => toHex(blocks.subarray(16 * i, 16 * i + 16))
  for await (const { count: size, choices, messages } of receiver.random(count)) {
    const { value } = await sent.next()
    for (let i = done % 991; i < size; i += 991) {
      const pair = bitAt(choices, i) === 1 ? value.ones : value.zeros
      if (block(messages, i) !== block(pair, i)) wrong++
    }
    done += size
    largest = Math.max(largest, process.memoryUsage().rss / 2 ** 20)
  }
  expect({ done, wrong }).toEqual({ done: count, wrong: 0 })
  // All messages of 2^24 OTs would be 768 MiB.
  expect(largest).toBeLessThan(700)
})

it('one of 2^20', async () => {
  const id = 'softspoken_k2_malicious'
  const setups = dealtSetups(otExtensionParametersById(id), 'many')
  const { client, server } = await sessionPair({ protocol: OT_EXTENSION_PROTOCOL, parameters: id })
  const [sender, receiver] = await Promise.all([
    openOtSender(client, setups.sender),
    openOtReceiver(server, setups.receiver),
  ])
  const n = 2 ** 20
  const database = new Uint8Array(16 * n)
  const words = new DataView(database.buffer)
  for (let x = 0; x < n; x++) words.setUint32(16 * x, x)
  const index = 987_654
  const [, [message]] = await Promise.all([
    sender.oneOfMany([database], 16),
    receiver.oneOfMany([index], n, 16),
  ])
  expect(toHex(message as Uint8Array)).toBe(toHex(database.subarray(16 * index, 16 * index + 16)))
})
