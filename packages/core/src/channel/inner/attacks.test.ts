import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../../bytes/index.ts'
import { MixunError } from '../../errors/index.ts'
import type { Identity } from '../../session/identity.ts'
import { expectCodeAsync, seededRandom } from '../../testing/index.ts'
import { memoryChannelPair } from '../index.ts'
import { InnerKind, RecordType } from './messages.ts'
import { ANSWERS, exchange, type Outcome, QUESTIONS, resumable } from './test-exchange.ts'
import {
  firmA,
  firmB,
  firmC,
  initiatorLink,
  innerPair,
  type LinkOptions,
  Memory,
  party,
  peerOf,
  responderLink,
} from './test-links.ts'
import { type Attack, flipped, wire } from './test-wire.ts'

/** An attack is noticed, and no application got a frame that was not sent, or out of turn. */
function expectNoticed(outcome: Outcome, codes: RegExp): void {
  expect(outcome.code ?? 'none').toMatch(codes)
  expect(outcome.asked).toEqual(QUESTIONS.slice(0, outcome.asked.length).map(q => Buffer.from(q).toString()))
  expect(outcome.answered).toEqual(
    ANSWERS.slice(0, outcome.answered.length).map(a => Buffer.from(a).toString()),
  )
}

/** Applies a change to one frame of one side. */
function at(
  side: 'initiator' | 'responder',
  index: number,
  change: (frame: Uint8Array) => readonly Uint8Array[] | 'cut',
): Attack {
  return (from, i, frame) => (from === side && i === index ? change(frame) : [frame])
}

describe.each([
  ['full handshake', async () => new Memory(), { initiator: 5, responder: 4 }],
  ['resumed', resumable, { initiator: 4, responder: 4 }],
] as const)('attacks on a %s', (name, makeMemory, frames) => {
  const places = (['initiator', 'responder'] as const).flatMap(side =>
    Array.from({ length: frames[side] }, (_, index) => [side, index] as const),
  )

  it('none: the frames are those that the other tests attack', async () => {
    const { code, sent } = await exchange(undefined, await makeMemory())
    expect(code).toBeNull()
    expect([sent.initiator.length, sent.responder.length]).toEqual([frames.initiator, frames.responder])
  })

  it.each(places)('a flipped bit in any byte of frame of the %s, number %i', async (side, index) => {
    const length = (await exchange(undefined, await makeMemory())).sent[side][index]?.length as number
    const isResumption = name === 'resumed' && side === 'initiator' && index === 0
    for (let byte = 0; byte < length; byte += byte < 2 ? 1 : 3) {
      const attack = at(side, index, frame => [flipped(frame, 8 * byte + (byte % 8))])
      const outcome = await exchange(attack, await makeMemory())
      // An id that nobody knows leads to a full handshake.
      const isHarmless = isResumption && byte >= 1 && byte <= 16
      expectNoticed(outcome, isHarmless ? /^none$/ : /^ERR_(?!CHANNEL|INTERNAL)/)
    }
  })

  it.each(places)(
    'frame of the %s, number %i, that is dropped, sent twice, shortened or cut off',
    async (side, index) => {
      const changes: [(frame: Uint8Array) => readonly Uint8Array[] | 'cut', RegExp][] = [
        [frame => [frame, frame], /^ERR_/],
        [frame => [frame.subarray(0, frame.length - 1)], /^ERR_(VERIFY|DECODE|PEER)/],
        [() => 'cut', /^ERR_CHANNEL_(CLOSED|TRUNCATED)$/],
      ]
      const isLast = index === frames[side] - 1
      if (!isLast) changes.push([() => [], /^ERR_/])
      for (const [change, codes] of changes) {
        const outcome = await exchange(at(side, index, change), await makeMemory(), { timeoutMs: 1_000 })
        // A second copy behind the authenticated end is read by nobody.
        if (isLast && outcome.code === null) continue
        expectNoticed(outcome, codes)
      }
    },
  )

  it('two records that change places', async () => {
    for (const side of ['initiator', 'responder'] as const) {
      let kept: Uint8Array | null = null
      const [first, second] = [frames[side] - 3, frames[side] - 2]
      const outcome = await exchange(
        (from, index, frame) => {
          if (from === side && index === first) {
            kept = frame
            return []
          }
          return from === side && index === second ? [frame, kept as Uint8Array] : [frame]
        },
        await makeMemory(),
      )
      expectNoticed(outcome, /^ERR_(VERIFY_RECORD|DECODE|VERIFY_CONFIRMATION|PEER|SESSION)/)
    }
  })

  it('an end without the record that says so', async () => {
    for (const side of ['initiator', 'responder'] as const) {
      const { code } = await exchange(
        at(side, frames[side] - 1, () => 'cut'),
        await makeMemory(),
      )
      expect(code).toBe('ERR_CHANNEL_TRUNCATED')
    }
  })

  it('frames that come back to who sent them', async () => {
    const own: Uint8Array[] = []
    const outcome = await exchange(
      (from, index, frame) => {
        if (from === 'initiator') own.push(frame)
        // The handshake passes where there is one; then the initiator reads its own records.
        const isRecord = index >= frames.responder - 2
        return from === 'responder' && isRecord ? [own.at(-1) as Uint8Array] : [frame]
      },
      await makeMemory(),
    )
    expectNoticed(outcome, /^ERR_VERIFY_RECORD$/)
  })
})

describe('a full handshake', () => {
  const point = () => firmC.signingKey.publicKey
  const answered = async (attack: Attack, options: LinkOptions = {}) =>
    (await exchange(attack, new Memory(), options)).code

  it('notices a man in the middle with ephemeral keys of his own', async () => {
    const swap = (frame: Uint8Array) => {
      const kind = frame[0]
      if (kind === InnerKind.opening) return [concat(frame.subarray(0, frame.length - 33), point())]
      return [concat(frame.subarray(0, 1), point(), frame.subarray(34))]
    }
    expect(await answered(at('initiator', 0, swap))).toBe('ERR_VERIFY_CONFIRMATION')
    expect(await answered(at('responder', 0, swap))).toBe('ERR_VERIFY_CONFIRMATION')
  })

  it('needs the identity key of the responder, and that of the initiator', async () => {
    const impostor = (partyId: string): Identity => ({ ...firmC, partyId })
    expect(await answered((_f, _i, frame) => [frame], { responder: impostor('firm-b') })).toBe(
      'ERR_VERIFY_CONFIRMATION',
    )
    // An initiator without the key cannot check S_B and sends any S_A.
    const [near, far] = memoryChannelPair()
    const link = responderLink(far, new Memory())
    const opening = await openingOf({ initiator: impostor('firm-a') })
    await near.send(opening)
    await near.receive()
    await near.send(concat(Uint8Array.of(InnerKind.confirmed), new Uint8Array(32 + 33)))
    await expectCodeAsync('ERR_VERIFY_CONFIRMATION', link.ready)
  })

  it('sends nothing to a responder that proved nothing', async () => {
    const [near, far] = memoryChannelPair()
    const link = initiatorLink(near, new Memory())
    const sending = expectCodeAsync('ERR_VERIFY_CONFIRMATION', link.write(RecordType.data, utf8('secret')))
    await far.receive()
    await far.send(concat(Uint8Array.of(InnerKind.answer), point(), new Uint8Array(32)))
    await sending
    expect(near.counters.sentFrames).toBe(1)
  })

  it('is not shared with a third party: an opening of firm-a on the connection of firm-c', async () => {
    const [near, far] = memoryChannelPair({ names: ['firm-c', 'firm-b'] })
    const link = responderLink(far, new Memory())
    await near.send(await openingOf())
    await expectCodeAsync('ERR_PEER_IDENTITY', link.ready)
  })

  it('is not shared with a third party that claims the key of firm-a as its own', async () => {
    const claimed: Identity = { ...firmA, partyId: 'firm-c' }
    const members = [firmA, firmB, claimed]
    const renamed = at('initiator', 0, frame => [
      fromHex(toHex(frame).replace(toHex(utf8('firm-a')), toHex(utf8('firm-c')))),
    ])
    expect(await answered(renamed, { members })).toBe('ERR_VERIFY_CONFIRMATION')
  })

  it('is for one responder, and for members', async () => {
    for (const [options, members] of [
      [{ peer: peerOf(firmC) }, [firmA, firmB, firmC]],
      [{}, [firmB, firmC]],
    ] as const) {
      const [near, far] = memoryChannelPair()
      const link = responderLink(far, new Memory(), { members })
      await near.send(await openingOf(options))
      await expectCodeAsync('ERR_PEER_IDENTITY', link.ready)
    }
  })

  it.each([
    ['off the curve', `02${'00'.repeat(31)}05`],
    ['infinity', '00'.repeat(33)],
    ['above the field', `02${'ff'.repeat(32)}`],
    ['the generator of P-256', '036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'],
  ])('refuses an ephemeral key that is %s, on both sides', async (_name, hex) => {
    const bad = fromHex(hex)
    const opened = at('initiator', 0, frame => [concat(frame.subarray(0, frame.length - 33), bad)])
    const replied = at('responder', 0, frame => [concat(frame.subarray(0, 1), bad, frame.subarray(34))])
    expect(await answered(opened)).toBe('ERR_DECODE_ELEMENT')
    expect(await answered(replied)).toBe('ERR_DECODE_ELEMENT')
  })

  it('refuses another version and another agreement', async () => {
    const change = (offset: number) =>
      at('initiator', 0, frame => [frame.with(offset, (frame[offset] as number) ^ 3)])
    expect(await answered(change(1))).toBe('ERR_SESSION_PROTOCOL')
    expect(await answered(change(10))).toBe('ERR_SESSION_PROTOCOL')
  })

  it('never repeats: the recorded frames of one open no other', async () => {
    const { sent } = await exchange(undefined, new Memory())
    const [near, far] = memoryChannelPair()
    const link = responderLink(far, new Memory())
    for (const frame of sent.initiator) await near.send(frame)
    await expectCodeAsync('ERR_VERIFY_CONFIRMATION', link.ready)
  })

  it('refuses a session frame in place of an opening', async () => {
    const [near, far] = memoryChannelPair()
    const link = responderLink(far, new Memory())
    await near.send(Uint8Array.of(1, 2, 3))
    await expectCodeAsync('ERR_SESSION_SUITE', link.ready)
  })
})

describe('a resumed channel', () => {
  it('is opened once: its recorded frames are refused by the same responder', async () => {
    const memory = await resumable()
    const { code, sent } = await exchange(undefined, memory)
    expect(code).toBeNull()
    const [near, far] = memoryChannelPair()
    const link = responderLink(far, memory)
    for (const frame of sent.initiator) await near.send(frame)
    await expectCodeAsync('ERR_SESSION_REPLAYED', link.ready)
  })

  it('uses up no number for an opening that is not authentic', async () => {
    const memory = await resumable()
    const forged = at('initiator', 0, frame => [flipped(frame, 8 * (frame.length - 1))])
    const first = wire(forged)
    const [near, far] = innerPair(first.ends, memory)
    await near.send(utf8('x'))
    await expectCodeAsync('ERR_VERIFY_RECORD', far.receive())
    first.abort()
    const again = memoryChannelPair()
    const link = responderLink(again[1], memory)
    await again[0].send(first.sent.initiator[0] as Uint8Array)
    await link.ready
  })

  it('gives each answer a key of its own: nothing of one opens in another', async () => {
    const memory = await resumable()
    const { sent } = await exchange(undefined, memory)
    const recorded = at('responder', 0, () => [sent.responder[0] as Uint8Array])
    expect((await exchange(recorded, memory)).code).toBe('ERR_VERIFY_RECORD')
  })

  it('is refused on the connection of another member, and for who is a member no more', async () => {
    for (const [names, members] of [
      [
        ['firm-c', 'firm-b'],
        [firmA, firmB, firmC],
      ],
      [
        ['firm-a', 'firm-b'],
        [firmB, firmC],
      ],
    ] as const) {
      const memory = await resumable()
      const [attacker, far] = memoryChannelPair({ names })
      const link = responderLink(far, memory, { members })
      await attacker.send(await firstFrame(memory))
      await expectCodeAsync('ERR_PEER_IDENTITY', link.ready)
    }
  })

  it('starts afresh when the initiator changed its key, or the responder did', async () => {
    // Firm-b knows another key of firm-a than the ticket's: it asks for a handshake, which needs that key.
    const renewedA = party('firm-a', 'new key')
    const changed = await exchange(undefined, await resumable(), { members: [renewedA, firmB] })
    expect(changed.code).toBe('ERR_VERIFY_CONFIRMATION')
    expect(changed.sent.responder[0]?.[0]).toBe(InnerKind.unknown)
    const renewedB = party('firm-b', 'new key')
    const options = { responder: renewedB, peer: peerOf(renewedB) }
    const { code, sent } = await exchange(undefined, await resumable(), options)
    expect(code).toBeNull()
    expect(sent.initiator[0]?.[0]).toBe(InnerKind.opening)
  })

  it('hands each frame over once when the responder forgot the ticket', async () => {
    const memory = await resumable()
    const { code, asked, sent } = await exchange(undefined, {
      ...new Memory(),
      initiator: memory.initiator,
    } as Memory)
    expect(code).toBeNull()
    expect(asked).toEqual(QUESTIONS.map(question => Buffer.from(question).toString()))
    expect(sent.initiator[0]?.[0]).toBe(InnerKind.resumed)
    expect(sent.responder[0]?.[0]).toBe(InnerKind.unknown)
  })

  it('ends when somebody says falsely that the ticket is unknown', async () => {
    const { code, asked } = await exchange(
      at('responder', 0, () => [Uint8Array.of(InnerKind.unknown)]),
      await resumable(),
    )
    expect(code).toBe('ERR_VERIFY_RECORD')
    expect(asked.length).toBeLessThanOrEqual(QUESTIONS.length)
  })
})

it('random frames end a handshake with an error of ours, on both sides', async () => {
  const random = seededRandom('frames')
  for (let i = 0; i < 60; i++) {
    const bytes = concat(Uint8Array.of(0x20 + (i % 12)), random.bytes(i))
    for (const side of ['initiator', 'responder'] as const) {
      const [near, far] = memoryChannelPair()
      const link =
        side === 'initiator' ? initiatorLink(near, new Memory()) : responderLink(near, new Memory())
      await far.send(bytes)
      if (bytes[0] === InnerKind.resumed && bytes.length >= 35 && side === 'responder') await far.send(bytes)
      expect(await link.ready.catch((error: unknown) => error)).toBeInstanceOf(MixunError)
    }
  }
})

async function openingOf(options: LinkOptions = {}): Promise<Uint8Array> {
  const [near, far] = memoryChannelPair()
  initiatorLink(near, new Memory(), options)
  return far.receive()
}

/** The first frame of a resumed channel of firm-a. */
async function firstFrame(memory: Memory): Promise<Uint8Array> {
  const [near, far] = memoryChannelPair()
  void initiatorLink(near, memory).ready.catch(() => {})
  return far.receive()
}
