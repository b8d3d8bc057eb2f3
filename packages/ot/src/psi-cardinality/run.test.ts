import { utf8 } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { tamperedSession } from '../testing/adversary/tampered-session.ts'
import { sessionPair } from '../testing/sessions.ts'
import {
  PSI_CARDINALITY_PROTOCOL,
  psiCardinalityParameters,
  runPsiCardinalityReceiver,
  runPsiCardinalitySender,
} from './index.ts'

const subjects = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => utf8(`subject ${from + i}`))
const open = (parameters = psiCardinalityParameters.id) =>
  sessionPair({ protocol: PSI_CARDINALITY_PROTOCOL, parameters })

describe('cardinality', () => {
  it.each([
    [0, 0, 0],
    [0, 5, 0],
    [5, 0, 0],
    [1, 1, 1],
    [90, 70, 60],
    [1_030, 1_100, 1_000],
  ])('of %i and %i items: %i', async (receiverCount, senderCount, common) => {
    const { client, server } = await open()
    const [received, sent] = await Promise.all([
      runPsiCardinalityReceiver(client, { items: subjects(0, receiverCount) }),
      runPsiCardinalitySender(server, {
        items: subjects(receiverCount - common, receiverCount - common + senderCount),
      }),
    ])
    expect(received).toEqual({ cardinality: common, peerCount: senderCount })
    expect(sent).toEqual({ peerCount: receiverCount })
  })

  it('what comes back is in another order each time, and none of it is what was sent', async () => {
    const orders = new Set<string>()
    for (let run = 0; run < 4; run++) {
      const { client, server } = await sessionPair({
        protocol: PSI_CARDINALITY_PROTOCOL,
        parameters: psiCardinalityParameters.id,
        seed: `run ${run}`,
      })
      const items = subjects(0, 8)
      const frames: Uint8Array[] = []
      const watched = tamperedSession(server, () => frame => {
        frames.push(frame)
        return [frame]
      })
      await Promise.all([
        runPsiCardinalityReceiver(client, { items }),
        runPsiCardinalitySender(watched, { items }),
      ])
      const [, own, twice] = frames.map(frame => Buffer.from(frame).toString('hex'))
      expect(own).not.toBe(twice)
      orders.add(twice ?? '')
    }
    expect(orders.size).toBe(4)
  })

  it('points do not tell on which side of the curve an item lies', async () => {
    // Of a point of Curve25519 this is the class that no multiple leaves: u³ + 486662·u² + u is a square, or it is not.
    const p = 2n ** 255n - 19n
    const power = (base: bigint, exponent: bigint): bigint => {
      let result = 1n
      for (let e = exponent, b = base; e > 0n; e >>= 1n, b = (b * b) % p)
        if (e & 1n) result = (result * b) % p
      return result
    }
    const sideOf = (point: Uint8Array) => {
      const u = BigInt(`0x${Buffer.from(point.toReversed()).toString('hex')}`) % p
      return power((u * (u * u + 486_662n * u + 1n)) % p, (p - 1n) / 2n)
    }
    const items = subjects(0, 1)
    const sides = new Set<bigint>()
    for (let run = 0; run < 16; run++) {
      const { client, server } = await sessionPair({
        protocol: PSI_CARDINALITY_PROTOCOL,
        parameters: psiCardinalityParameters.id,
        seed: `side ${run}`,
      })
      const watched = tamperedSession(client, () => (frame, i) => {
        if (i === 1) sides.add(sideOf(frame))
        return [frame]
      })
      await Promise.all([
        runPsiCardinalityReceiver(watched, { items }),
        runPsiCardinalitySender(server, { items }),
      ])
    }
    expect(sides.size).toBe(2)
  })

  it('needs the items that were asked for: ERR_PSI_HANDSHAKE', async () => {
    const items = subjects(0, 3)
    for (const limits of [{ minPeerItems: 4 }, { maxPeerItems: 2 }]) {
      const { client, server } = await open()
      void runPsiCardinalityReceiver(client, { items }).catch(() => {})
      await expectCodeAsync('ERR_PSI_HANDSHAKE', runPsiCardinalitySender(server, { items, ...limits }))
      server.abort()
    }
  })

  it('items that repeat: ERR_INPUT_DUPLICATE; foreign parameters: ERR_PARAMETER_UNKNOWN', async () => {
    const { client } = await open()
    const items = [utf8('a'), utf8('a')]
    await expectCodeAsync('ERR_INPUT_DUPLICATE', runPsiCardinalityReceiver(client, { items }))
    const other = await open('psi_rr22_malicious')
    await expectCodeAsync('ERR_PARAMETER_UNKNOWN', runPsiCardinalityReceiver(other.client, { items: [] }))
    const foreign = await sessionPair({ protocol: 'psi', parameters: psiCardinalityParameters.id })
    await expectCodeAsync('ERR_SESSION_PROTOCOL', runPsiCardinalitySender(foreign.client, { items: [] }))
  })
})
