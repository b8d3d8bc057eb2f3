import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '../bytes/index.ts'
import { type Channel, memoryChannelPair } from '../channel/index.ts'
import { mixunError } from '../errors/index.ts'
import { expectCodeAsync } from '../testing/index.ts'
import { FrameKind, frame } from './frames.ts'
import { openSession } from './index.ts'
import { helloFrame, refusalFrame, replyFrame, startSession } from './test-frames.ts'
import { firmA, firmB, firmC, opening } from './test-parties.ts'

describe('initiator of a session', () => {
  it('takes the reply to its hello', async () => {
    const { session, peer, digest } = await startSession()
    await peer.send(replyFrame(digest))
    await peer.send(frame(FrameKind.data, utf8('answer')))
    expect(await session.receive()).toEqual(utf8('answer'))
  })

  it.each([
    ['ERR_VERIFY_SIGNATURE', 'a reply of another member', (digest: Uint8Array) => replyFrame(digest, firmC)],
    ['ERR_VERIFY_SIGNATURE', 'a reply to another hello', () => replyFrame(new Uint8Array(32))],
    [
      'ERR_VERIFY_SIGNATURE',
      'a reply that names another hello',
      (digest: Uint8Array) => replyFrame(new Uint8Array(32), firmB, {}, digest),
    ],
    [
      'ERR_PEER_IDENTITY',
      'a reply in the name of another member',
      (digest: Uint8Array) => replyFrame(digest, firmB, { sender: 'firm-c' }),
    ],
    [
      'ERR_SESSION_PROTOCOL',
      'a reply of another wire version',
      (digest: Uint8Array) => replyFrame(digest, firmB, { version: 2 }),
    ],
    ['ERR_DECODE_SCHEMA', 'data before the reply', () => frame(FrameKind.data, utf8('x'))],
    ['ERR_DECODE_SCHEMA', 'a hello for a reply', () => frame(FrameKind.hello, utf8('x'))],
    ['ERR_DECODE_LENGTH', 'a cut reply', (digest: Uint8Array) => replyFrame(digest).subarray(0, 50)],
    [
      'ERR_DECODE_TRAILING',
      'a lengthened reply',
      (digest: Uint8Array) => concat(replyFrame(digest), Uint8Array.of(1)),
    ],
    ['ERR_DECODE_LENGTH', 'an empty frame', () => new Uint8Array(0)],
    [
      'ERR_VERIFY_SIGNATURE',
      'a refusal of another member',
      (digest: Uint8Array) => refusalFrame(digest, firmC),
    ],
    ['ERR_VERIFY_SIGNATURE', 'a refusal of another session', () => refusalFrame(new Uint8Array(32))],
  ] as const)('answers with %s to %s, and stays failed', async (code, _case, makeFrame) => {
    const { session, peer, digest } = await startSession()
    await peer.send(makeFrame(digest))
    await peer.send(replyFrame(digest))
    await peer.send(frame(FrameKind.data, utf8('answer')))
    const error = await expectCodeAsync(code, session.receive())
    expect(await expectCodeAsync(code, session.receive())).toBe(error)
    expect(await expectCodeAsync(code, session.send(utf8('more')))).toBe(error)
  })

  it('refuses a second reply where data should be', async () => {
    const { session, peer, digest } = await startSession()
    await peer.send(replyFrame(digest))
    await peer.send(replyFrame(digest))
    await peer.send(frame(FrameKind.data, utf8('answer')))
    await expectCodeAsync('ERR_DECODE_SCHEMA', session.receive())
    await expectCodeAsync('ERR_DECODE_SCHEMA', session.receive())
  })

  it('does not repeat a code of the peer that it does not know', async () => {
    const { session, peer, digest } = await startSession()
    await peer.send(refusalFrame(digest, firmB, 'ERR_<script>'))
    const error = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
    expect(error.details['peerCode']).toBe('unknown')
  })

  it('finds the refusal when it learns of the closed channel while it sends', async () => {
    const [near, peer] = memoryChannelPair()
    let isCut = false
    const flaky: Channel = {
      ...near,
      send: (bytes, options) =>
        isCut ? peer.close().then(() => near.send(bytes)) : near.send(bytes, options),
      receive: options => near.receive(options),
      close: () => near.close(),
      abort: () => near.abort(),
    }
    const session = await openSession(flaky, opening())
    const digest = firmA.suite.hash((await peer.receive()).subarray(1))
    await peer.send(frame(FrameKind.data, utf8('nobody asked')))
    await peer.send(refusalFrame(digest))
    isCut = true
    await near.close()
    const error = await expectCodeAsync('ERR_PEER_REFUSED', session.send(utf8('x')))
    expect(error.details['peerCode']).toBe('ERR_EPOCH_STALE')
    await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
  })

  it('says that the channel closed when no refusal says why', async () => {
    const { session, peer } = await startSession()
    peer.abort()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', session.send(utf8('x')))
  })

  it('reports what no code fits as internal', async () => {
    const [near] = memoryChannelPair()
    const broken: Channel = {
      ...near,
      send: async () => {},
      receive: () => Promise.reject(new TypeError('unexpected')),
    }
    const session = await openSession(broken, opening())
    await expectCodeAsync('ERR_INTERNAL', session.receive())
  })

  it('does not open with options that no responder would take', async () => {
    for (const deadlineMs of [0, -1, 600_001, Number.NaN]) {
      await expectCodeAsync('ERR_INPUT_RANGE', helloFrame(opening({ deadlineMs })))
    }
    await expectCodeAsync('ERR_DECODE_SCHEMA', helloFrame(opening({ protocol: '' })))
    await expectCodeAsync('ERR_DECODE_SCHEMA', helloFrame(opening({ protocol: 'x'.repeat(65) })))
  })
})

it('hands out nothing when the caller does not like the reply', async () => {
  const seen: (string | null)[] = []
  const checkReply = (reply: { checkpoint: string | null }) => {
    seen.push(reply.checkpoint)
    throw mixunError('ERR_LEDGER_FORK', 'two histories')
  }
  const [near, peer] = memoryChannelPair()
  const session = await openSession(near, opening({ checkReply }))
  const digest = firmA.suite.hash((await peer.receive()).subarray(1))
  await peer.send(replyFrame(digest, firmB, { checkpoint: 'another history' }))
  await peer.send(frame(FrameKind.data, utf8('answer')))
  await expectCodeAsync('ERR_LEDGER_FORK', session.receive())
  await expectCodeAsync('ERR_LEDGER_FORK', session.receive())
  expect([seen, session.reply]).toEqual([['another history'], null])
})
