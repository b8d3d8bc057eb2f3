import { describe, expect, it } from 'vitest'
import { concat } from '../bytes/index.ts'
import { MixunError } from '../errors/index.ts'
import { expectCodeAsync, seededRandom } from '../testing/index.ts'
import { encodeSigned, FrameKind, frame } from './frames.ts'
import { ReplayGuard } from './index.ts'
import { acceptFrame, changedHello, helloFrame, helloOf } from './test-frames.ts'
import { accepting, firmA } from './test-parties.ts'

describe('responder of a session', () => {
  it('refuses data before the hello, and a reply in its place', async () => {
    const hello = await helloFrame()
    for (const kind of [FrameKind.data, FrameKind.helloReply, FrameKind.refusal]) {
      await expectCodeAsync('ERR_DECODE_SCHEMA', acceptFrame(frame(kind, hello.subarray(1))))
    }
  })

  it('refuses an empty frame and unknown kinds of frame', async () => {
    await expectCodeAsync('ERR_DECODE_LENGTH', acceptFrame(new Uint8Array(0)))
    for (const kind of [0, 5, 255]) {
      await expectCodeAsync('ERR_DECODE_SCHEMA', acceptFrame(Uint8Array.of(kind, 1, 2)))
    }
  })

  it('refuses a hello that is cut, lengthened or too large', async () => {
    const hello = await helloFrame()
    for (let length = 1; length < hello.length; length += 5) {
      await expectCodeAsync('ERR_DECODE_LENGTH', acceptFrame(hello.subarray(0, length)))
    }
    await expectCodeAsync('ERR_DECODE_TRAILING', acceptFrame(concat(hello, Uint8Array.of(0))))
    const large = frame(FrameKind.hello, encodeSigned(new Uint8Array(16_385), new Uint8Array(64)))
    await expectCodeAsync('ERR_DECODE_LENGTH', acceptFrame(large))
  })

  it('refuses a hello with any bit flipped', async () => {
    const hello = await helloFrame()
    const options = accepting()
    for (let bit = 0; bit < 8 * hello.length; bit += 11) {
      const changed = hello.with(bit >> 3, (hello[bit >> 3] as number) ^ (1 << (bit & 7)))
      const error = await acceptFrame(changed, options).catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(MixunError)
      expect((error as MixunError).code).toMatch(
        /^ERR_(DECODE|VERIFY_SIGNATURE|PEER_IDENTITY|SESSION_(PROTOCOL|SUITE))/,
      )
    }
    await acceptFrame(hello, options)
  })

  it('answers random frames with an error of ours', async () => {
    const random = seededRandom('frames')
    for (let i = 0; i < 200; i++) {
      const bytes = concat(Uint8Array.of(FrameKind.hello), random.bytes(i))
      expect(await acceptFrame(bytes).catch((cause: unknown) => cause)).toBeInstanceOf(MixunError)
    }
  })

  it('refuses a hello to another party', async () => {
    await expectCodeAsync('ERR_PEER_IDENTITY', acceptFrame(await changedHello({ receiver: 'firm-c' })))
  })

  it('refuses a hello in the name of another member', async () => {
    const hello = await changedHello({ sender: 'firm-c' }, firmA)
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', acceptFrame(hello))
  })

  it('refuses a later wire version', async () => {
    await expectCodeAsync('ERR_SESSION_PROTOCOL', acceptFrame(await changedHello({ version: 2 })))
  })

  it('refuses a hello that would be good for more than ten minutes', async () => {
    const sentAt = Date.now()
    const hello = await changedHello({ sentAt, deadline: sentAt + 600_001 })
    await expectCodeAsync('ERR_SESSION_DEADLINE', acceptFrame(hello))
    await acceptFrame(await changedHello({ sentAt, deadline: sentAt + 600_000 }))
  })

  it('refuses the same hello a second time, and another one with its session id', async () => {
    const hello = await helloFrame()
    const options = accepting()
    await acceptFrame(hello, options)
    await expectCodeAsync('ERR_SESSION_REPLAYED', acceptFrame(hello, options))
    const { sessionId } = helloOf(hello)
    await expectCodeAsync('ERR_SESSION_REPLAYED', acceptFrame(await changedHello({ sessionId }), options))
    const shared = accepting({ replayGuard: new ReplayGuard() })
    await acceptFrame(hello, shared)
    await expectCodeAsync('ERR_SESSION_REPLAYED', acceptFrame(hello, { ...accepting(), ...shared }))
  })
})
