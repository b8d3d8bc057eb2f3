import { utf8 } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { BATCHED_PSI_ATTACKS, tamperedSession } from '../testing/adversary/index.ts'
import { sessionPair } from '../testing/sessions.ts'
import { PSI_PROTOCOL, runPsiReceiver, runPsiSender } from './index.ts'

/** The sender's frame with its records. */
const RECORDS_FRAME = 7

const items = Array.from({ length: 20 }, (_, i) => utf8(`subject ${i}`))

describe('a malicious peer', () => {
  it.each(BATCHED_PSI_ATTACKS)('as $role, $name: $code', async ({ role, code, tamper }) => {
    const parameters = 'psi_rr22_malicious'
    const { client, server } = await sessionPair({ protocol: PSI_PROTOCOL, parameters })
    const hostile = tamperedSession(role === 'receiver' ? client : server, () => tamper)
    const running =
      role === 'receiver' ? runPsiReceiver(hostile, { items }) : runPsiSender(hostile, { items })
    void running.catch(() => {})
    await expectCodeAsync(
      code,
      role === 'receiver' ? runPsiSender(server, { items }) : runPsiReceiver(client, { items }),
    )
    client.abort()
  })

  it('learns nothing by a record that it repeats: the run ends alike whether the item is common or not', async () => {
    const own = items.slice(0, 2)
    for (const [theirs, common] of [
      [items.slice(0, 1), [0]],
      [items.slice(5, 6), []],
    ] as const) {
      // Both orders of the sender's two records: one of them repeats the common one.
      for (const from of [0, 16]) {
        const pair = await sessionPair({
          protocol: PSI_PROTOCOL,
          parameters: 'psi_rr22_malicious',
          seed: `from ${from}`,
        })
        const hostile = tamperedSession(pair.server, () => (frame, index) => {
          if (index !== RECORDS_FRAME) return [frame]
          return [frame.slice().copyWithin(16 - from, from, from + 16)]
        })
        const [received] = await Promise.all([
          runPsiReceiver(pair.client, { items: theirs }),
          runPsiSender(hostile, { items: own }),
        ])
        expect([common, []]).toContainEqual(received.common)
      }
    }
  })
})
