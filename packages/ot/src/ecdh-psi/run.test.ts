import { fromHex, utf8 } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { psiAttacks } from '../testing/adversary/ecdh-psi.ts'
import { tamperedSession } from '../testing/adversary/tampered-session.ts'
import { badElements } from '../testing/bad-encodings.ts'
import { serveOrRefuse, sessionPair } from '../testing/sessions.ts'
import { decodeCipherBatch, encodeCipherBatch } from './codec.ts'
import { BATCH_POINTS, ECDH_PSI_PROTOCOL, ecdhPsiCurve25519, ecdhPsiSm2, ecdhPsiSuites } from './params.ts'
import { type EcdhPsiOptions, runEcdhPsiClient, runEcdhPsiServer } from './run.ts'

const list = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => utf8(`subject ${from + i}`))
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

async function run(suite: string, client: EcdhPsiOptions, server: EcdhPsiOptions, seed?: string) {
  const sessions = await sessionPair({
    protocol: ECDH_PSI_PROTOCOL,
    parameters: suite,
    ...(seed === undefined ? {} : { seed }),
  })
  const results = await Promise.all([
    runEcdhPsiClient(sessions.client, client),
    runEcdhPsiServer(sessions.server, server),
  ])
  return { results, sessions }
}

describe.each(ecdhPsiSuites)('a session of $id', ({ id }) => {
  it.each([
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [1, 1, 1],
    [5, 9, 3],
    [20, 7, 7],
  ])('with %i and %i items finds the %i that are common', async (own, other, common) => {
    const { results } = await run(
      id,
      { items: list(0, own) },
      { items: list(own - common, own - common + other) },
    )
    expect(results).toEqual([
      { common: range(own - common, own), peerCount: other },
      { common: range(0, common), peerCount: own },
    ])
  })

  it('gives the result to whom it was agreed on, and no message of it to another', async () => {
    for (const receiver of ['client', 'server'] as const) {
      const { results, sessions } = await run(
        id,
        { items: list(0, 5), receiver },
        { items: list(3, 9), receiver },
      )
      const [client, server] = results
      expect(client.common).toEqual(receiver === 'client' ? [3, 4] : null)
      expect(server.common).toEqual(receiver === 'server' ? [0, 1] : null)
      // Hello, handshake, points; answers go to the receiver only.
      expect(sessions.client.counters.sentFrames).toBe(receiver === 'client' ? 3 : 4)
      expect(sessions.client.counters.receivedFrames).toBe(receiver === 'client' ? 4 : 3)
    }
  })
})

it('sends more items than a batch holds, in several', async () => {
  const count = BATCH_POINTS + 1
  const { results, sessions } = await run(
    ecdhPsiCurve25519.id,
    { items: list(0, count) },
    { items: list(count - 1, count + 2) },
  )
  expect(results.map(({ common }) => common)).toEqual([[count - 1], [0]])
  expect(sessions.client.counters.sentFrames).toBe(1 + 1 + 2 + 1)
})

it('takes about 45 bytes an item and side', async () => {
  const { sessions } = await run(ecdhPsiSm2.id, { items: list(0, 100) }, { items: list(50, 150) })
  const { sentBytes } = sessions.client.counters
  expect(sentBytes).toBeGreaterThan(100 * 45)
  expect(sentBytes).toBeLessThan(100 * 45 + 800)
})

describe('what ends a run', () => {
  const open = (parameters = ecdhPsiSm2.id, protocol = ECDH_PSI_PROTOCOL) =>
    sessionPair({ protocol, parameters })

  it('an item twice, before anything is sent', async () => {
    const { client, server } = await open()
    const items = [...list(0, 3), utf8('subject 1')]
    await expectCodeAsync('ERR_INPUT_DUPLICATE', runEcdhPsiClient(client, { items }))
    await expectCodeAsync('ERR_INPUT_DUPLICATE', runEcdhPsiServer(server, { items }))
    expect(client.counters.sentFrames).toBe(1)
  })

  it('a session of another protocol or parameters', async () => {
    const other = await open(ecdhPsiSm2.id, 'oprf')
    await expectCodeAsync('ERR_SESSION_PROTOCOL', runEcdhPsiClient(other.client, { items: [] }))
    const unknown = await open('oprf_SM2-SM3')
    await expectCodeAsync('ERR_PARAMETER_UNKNOWN', runEcdhPsiClient(unknown.client, { items: [] }))
  })

  it('sides that name different receivers, or a peer with too many items', async () => {
    for (const options of [{ receiver: 'client' as const }, { maxPeerItems: 2 }]) {
      const { client, server } = await open()
      const serving = runEcdhPsiServer(server, { items: list(0, 2), ...options })
      const running = runEcdhPsiClient(client, { items: list(0, 3) })
      await expectCodeAsync('ERR_PSI_HANDSHAKE', running)
      await expectCodeAsync('ERR_PSI_HANDSHAKE', serving)
    }
    const { client, server } = await open()
    const serving = serveOrRefuse(server, runEcdhPsiServer(server, { items: list(0, 5) }))
    await expectCodeAsync('ERR_DECODE_LENGTH', runEcdhPsiClient(client, { items: [], maxPeerItems: 4 }))
    client.abort()
    await serving
  })

  it('fewer points than the client announced', async () => {
    const { client, server } = await open()
    const drop = (frame: Uint8Array) => {
      const batch = decodeCipherBatch(frame, { type: 'enc', index: 0, pointBytes: 33 })
      return encodeCipherBatch({ ...batch, points: batch.points.slice(1) })
    }
    const lying = tamperedSession(client, () => (frame, index) => [index === 1 ? drop(frame) : frame])
    const running = runEcdhPsiClient(lying, { items: list(0, 4) }).catch(() => undefined)
    const failure = await serveOrRefuse(server, runEcdhPsiServer(server, { items: list(2, 6) }))
    await expectCodeAsync('ERR_DECODE_LENGTH', Promise.reject(failure))
    await running
  })

  it('a peer that goes away in the middle', async () => {
    const { client, server } = await open()
    const leaving = tamperedSession(server, () => (frame, index) => {
      if (index === 1) server.abort()
      return [frame]
    })
    const serving = runEcdhPsiServer(leaving, { items: list(0, 3) }).catch(() => undefined)
    await expectCodeAsync('ERR_CHANNEL_CLOSED', runEcdhPsiClient(client, { items: list(0, 3) }))
    await serving
  })
})

const zero = (length: number) => new Uint8Array(length)
const badPoints = {
  [ecdhPsiSm2.id]: badElements.SM2 ?? {},
  [ecdhPsiCurve25519.id]: {
    'order one': zero(32),
    'order eight': fromHex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
    'not below p': fromHex(`ed${'ff'.repeat(30)}7f`),
  },
}

describe.each(ecdhPsiSuites)('a malicious peer under $id', suite => {
  const sizes = { pointBytes: suite.curve.pointBytes, dualBytes: 12 }
  const attacks = psiAttacks(sizes, badPoints[suite.id] ?? {})

  it.each(attacks)('as server: $name', async ({ code, tamper }) => {
    const { client, server } = await sessionPair({ protocol: ECDH_PSI_PROTOCOL, parameters: suite.id })
    const attack = runEcdhPsiServer(tamperedSession(server, tamper), { items: list(0, 4) }).catch(
      () => undefined,
    )
    await expectCodeAsync(code, runEcdhPsiClient(client, { items: list(2, 6) }))
    client.abort()
    await attack
  })

  it.each(attacks)('as client: $name', async ({ code, tamper }) => {
    const { client, server } = await sessionPair({ protocol: ECDH_PSI_PROTOCOL, parameters: suite.id })
    const attack = runEcdhPsiClient(tamperedSession(client, tamper), { items: list(0, 4) }).catch(
      () => undefined,
    )
    const failure = await serveOrRefuse(server, runEcdhPsiServer(server, { items: list(2, 6) }))
    await expectCodeAsync(code, Promise.reject(failure))
    client.abort()
    await attack
  })
})
