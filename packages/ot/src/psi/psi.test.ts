import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { tamperedSession } from '../testing/adversary/tampered-session.ts'
import { serveOrRefuse, sessionPair } from '../testing/sessions.ts'
import {
  decodeOffer,
  encodeOffer,
  MAX_PSI_ITEMS,
  PSI_PROTOCOL,
  type PsiReceiverOptions,
  type PsiSenderOptions,
  psiParameters,
  psiParametersById,
  runPsiReceiver,
  runPsiSender,
} from './index.ts'
import { fingerprintBytes } from './params.ts'

const SEMI_HONEST = 'psi_rr22_semihonest'
const MALICIOUS = 'psi_rr22_malicious'
const subjects = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => utf8(`subject ${from + i}`))

const open = (parameters: string, seed = 'psi') => sessionPair({ protocol: PSI_PROTOCOL, parameters, seed })

async function intersect(parameters: string, sender: PsiSenderOptions, receiver: PsiReceiverOptions) {
  const { client, server } = await open(parameters)
  const [received, sent] = await Promise.all([runPsiReceiver(client, receiver), runPsiSender(server, sender)])
  return { received, sent }
}

describe.each(psiParameters)('$id', ({ id }) => {
  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
    [1, 1],
    [700, 300],
    [200, 900],
  ])('gives the common items, and no other: %i and %i', async (receiverCount, senderCount) => {
    const items = subjects(0, receiverCount)
    const others = subjects(Math.floor(receiverCount / 2), Math.floor(receiverCount / 2) + senderCount)
    const { received, sent } = await intersect(id, { items: others.toReversed() }, { items })
    const expected = items.flatMap((_, i) =>
      i >= Math.floor(receiverCount / 2) && i < Math.floor(receiverCount / 2) + senderCount ? [i] : [],
    )
    expect(received.common).toEqual(expected)
    expect([received.peerCount, sent.peerCount]).toEqual([senderCount, receiverCount])
  })

  it.each([1, 16, 40])('with labels of %i bytes', async labelBytes => {
    const items = subjects(50, 150)
    const labels = items.map((_, i) => utf8(`${i}`.padStart(labelBytes, '-').slice(-labelBytes)))
    const { received } = await intersect(
      id,
      { items, labels },
      { items: subjects(0, 100).toReversed(), variant: 'labels' },
    )
    expect(received.common).toHaveLength(50)
    for (const [i, position] of received.common.entries()) {
      // Item 99 − position is number 49 − position of the sender's.
      expect(fromUtf8(received.labels[i] as Uint8Array)).toBe(fromUtf8(labels[49 - position] as Uint8Array))
    }
  })

  it('serves further runs from one setup, and no other setup', async () => {
    const options = { items: subjects(0, 40) }
    const first = await intersect(id, options, options)
    const second = await open(id, 'second')
    const [again] = await Promise.all([
      runPsiReceiver(second.client, { ...options, setup: first.received.setup }),
      runPsiSender(second.server, { ...options, setup: first.sent.setup }),
    ])
    expect(again.common).toHaveLength(40)
  })
})

it('a failed check burns the setup that an earlier run gave: ERR_STATE_CONSUMED', async () => {
  const options = { items: subjects(0, 8) }
  const { received, sent } = await intersect(MALICIOUS, options, options)
  const { client, server } = await open(MALICIOUS, 'second')
  // Behind the offer and the setup's id come two chunks, choices, the challenge and the answer.
  const hostile = tamperedSession(client, () => (frame, i) => [i === 6 ? frame.map(byte => byte ^ 1) : frame])
  void runPsiReceiver(hostile, { ...options, setup: received.setup }).catch(() => {})
  await expectCodeAsync('ERR_VERIFY_VOLE', runPsiSender(server, { ...options, setup: sent.setup }))
  client.abort()
  const third = await open(MALICIOUS, 'third')
  void runPsiReceiver(third.client, { ...options, setup: received.setup }).catch(() => {})
  await expectCodeAsync('ERR_STATE_CONSUMED', runPsiSender(third.server, { ...options, setup: sent.setup }))
  third.client.abort()
})

describe('what is refused before anything is sent', () => {
  it('items that repeat: ERR_INPUT_DUPLICATE', async () => {
    const { client, server } = await open(SEMI_HONEST)
    const items = [...subjects(0, 3), ...subjects(1, 2)]
    await expectCodeAsync('ERR_INPUT_DUPLICATE', runPsiReceiver(client, { items }))
    await expectCodeAsync('ERR_INPUT_DUPLICATE', runPsiSender(server, { items }))
    expect(server.counters.sentFrames).toBe(1)
  })

  it('more items than there may be: ERR_INPUT_LENGTH', async () => {
    const { client, server } = await open(SEMI_HONEST)
    const items: Uint8Array[] = []
    items.length = MAX_PSI_ITEMS + 1
    await expectCodeAsync('ERR_INPUT_LENGTH', runPsiReceiver(client, { items }))
    await expectCodeAsync('ERR_INPUT_LENGTH', runPsiSender(server, { items }))
    expect(server.counters.sentFrames).toBe(1)
  })

  it('labels that are not alike: ERR_INPUT_LENGTH', async () => {
    const { server } = await open(SEMI_HONEST)
    const items = subjects(0, 2)
    for (const labels of [[], [utf8('a')], [utf8('a'), utf8('bc')], [utf8(''), utf8('')]]) {
      await expectCodeAsync('ERR_INPUT_LENGTH', runPsiSender(server, { items, labels }))
    }
  })

  it('another protocol: ERR_SESSION_PROTOCOL, and parameters that nobody has: ERR_PARAMETER_UNKNOWN', async () => {
    const other = await sessionPair({ protocol: 'ecdh-psi', parameters: SEMI_HONEST })
    await expectCodeAsync('ERR_SESSION_PROTOCOL', runPsiReceiver(other.client, { items: [] }))
    const { client } = await open('psi_kkrt')
    await expectCodeAsync('ERR_PARAMETER_UNKNOWN', runPsiReceiver(client, { items: [] }))
  })
})

describe('two sides that do not agree', () => {
  it.each([
    ['labels that nobody asked for', { labels: subjects(0, 2) }, {}],
    ['labels that nobody gives', {}, { variant: 'labels' as const }],
    ['more items than the sender takes', { maxPeerItems: 1 }, {}],
  ])('%s: ERR_PSI_HANDSHAKE', async (_, sender, receiver) => {
    const { client, server } = await open(SEMI_HONEST)
    const items = subjects(0, 2)
    const [received, sent] = await Promise.allSettled([
      runPsiReceiver(client, { items, ...receiver }),
      serveOrRefuse(server, runPsiSender(server, { items, ...sender })),
    ])
    expect(received).toMatchObject({ reason: { code: 'ERR_PEER_REFUSED' } })
    expect(sent).toMatchObject({ value: { code: 'ERR_PSI_HANDSHAKE' } })
  })

  it('more items than the receiver takes: ERR_PSI_HANDSHAKE', async () => {
    const { client, server } = await open(SEMI_HONEST)
    void runPsiSender(server, { items: subjects(0, 5) }).catch(() => {})
    await expectCodeAsync('ERR_PSI_HANDSHAKE', runPsiReceiver(client, { items: [], maxPeerItems: 4 }))
    client.abort()
  })

  it('a malicious receiver counts with all that its store has room for', async () => {
    const options = { items: subjects(0, 5) }
    const { client, server } = await open(MALICIOUS)
    void runPsiReceiver(client, options).catch(() => {})
    // ⌈1.1 · 5⌉ + 256 columns.
    await expectCodeAsync('ERR_PSI_HANDSHAKE', runPsiSender(server, { ...options, maxPeerItems: 261 }))
    server.abort()
  })

  it('another version: ERR_PSI_HANDSHAKE', () => {
    const bytes = encodeOffer({ variant: 'items', count: 3, labelBytes: 0 })
    expectCode('ERR_PSI_HANDSHAKE', () => decodeOffer(bytes.with(0, 2)))
    expectCode('ERR_DECODE_SCHEMA', () => decodeOffer(bytes.with(1, 3)))
    expectCode('ERR_DECODE_SCHEMA', () => decodeOffer(bytes.with(2, 2)))
    expectCode('ERR_DECODE_SCHEMA', () => decodeOffer(bytes.with(9, 1)))
  })
})

it('a peer that vanishes ends the run: ERR_CHANNEL_CLOSED', async () => {
  const { client, server } = await open(MALICIOUS)
  const running = runPsiReceiver(client, { items: subjects(0, 9) })
  await server.receive()
  server.abort()
  await expectCodeAsync('ERR_CHANNEL_CLOSED', running)
})

it('fingerprints are as long as the error asks for', () => {
  const [semiHonest, malicious] = [psiParametersById(SEMI_HONEST), psiParametersById(MALICIOUS)]
  expect(fingerprintBytes(semiHonest, 2 ** 20, 2 ** 20)).toBe(10)
  expect(fingerprintBytes(semiHonest, 2 ** 20, 2 ** 20 + 1)).toBe(11)
  expect(fingerprintBytes(semiHonest, 0, 1)).toBe(5)
  expect(fingerprintBytes(semiHonest, MAX_PSI_ITEMS, MAX_PSI_ITEMS)).toBe(11)
  expect(fingerprintBytes(malicious, 1, 1)).toBe(16)
})
