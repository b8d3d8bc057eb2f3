import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../channel/index.ts'
import { type ErrorCode, MixunError } from '../errors/index.ts'
import { frame, pattern, receiveAll, sendAll, settled } from './channel-traffic.ts'
import { expectCodeAsync } from './expect-code.ts'

/** One connection (or what stands for it) that channels are opened on. */
export interface ChannelHarness {
  /** The two ends of a fresh channel: who opened it, who took it. */
  open(): Promise<[Channel, Channel]>
  close(): Promise<void>
}

const MAX_FRAME_BYTES = 65_536
/** Far more than any transport may hold for a receiver that does not read. */
const FLOOD_FRAMES = 200

/**
 * What every {@link Channel} does, each way. Run it in a test file of the implementation, under vitest.
 *
 * @param lostCodes what a side may see when the other tears the channel down: a channel that authenticates its end
 * tells that from a close
 */
export function channelCompliance(
  name: string,
  makeHarness: (options: { readonly maxFrameBytes: number }) => Promise<ChannelHarness>,
  lostCodes: readonly ErrorCode[] = ['ERR_CHANNEL_CLOSED'],
): void {
  const expectLost = async (promise: Promise<unknown>): Promise<void> => {
    const error: unknown = await promise.catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(MixunError)
    expect(lostCodes).toContain((error as MixunError).code)
  }

  describe.each(['opener to taker', 'taker to opener'])(`${name}, %s`, direction => {
    let harness: ChannelHarness
    let sender: Channel
    let receiver: Channel

    const openPair = async (): Promise<[Channel, Channel]> => {
      const [opener, taker] = await harness.open()
      return direction === 'opener to taker' ? [opener, taker] : [taker, opener]
    }

    beforeEach(async () => {
      harness = await makeHarness({ maxFrameBytes: MAX_FRAME_BYTES })
      ;[sender, receiver] = await openPair()
    })

    afterEach(async () => {
      sender.abort()
      receiver.abort()
      await harness.close()
    })

    it('delivers frames in order, empty and largest ones too', async () => {
      const sizes = [0, 1, 2, MAX_FRAME_BYTES, 0, 1_000, MAX_FRAME_BYTES - 1, 3]
      const sending = sendAll(
        sender,
        sizes.map(size => pattern(size)),
      )
      for (const size of sizes) expect(await receiver.receive()).toEqual(pattern(size))
      await sending
    })

    it('hands frames to callers that wait already, in order', async () => {
      const waiting = [receiver.receive(), receiver.receive(), receiver.receive()]
      await sendAll(sender, [frame(1), frame(2), frame(3)])
      expect(await Promise.all(waiting)).toEqual([frame(1), frame(2), frame(3)])
    })

    it('sends what the frame was at the call', async () => {
      const reused = frame(7)
      const sending = sender.send(reused)
      reused.fill(0)
      expect(await receiver.receive()).toEqual(frame(7))
      await sending
    })

    it('refuses an oversize frame, sends nothing of it and works on', async () => {
      await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', sender.send(new Uint8Array(MAX_FRAME_BYTES + 1)))
      expect(sender.counters).toMatchObject({ sentFrames: 0, sentBytes: 0 })
      await sender.send(frame(1))
      expect(await receiver.receive()).toEqual(frame(1))
    })

    it('makes the sender wait for a receiver that does not read', async () => {
      let accepted = 0
      await sender.send(frame(1))
      await receiver.receive()
      const sending = Array.from({ length: FLOOD_FRAMES }, async (_, i) => {
        await sender.send(pattern(MAX_FRAME_BYTES, i))
        accepted++
      })
      await settled(() => accepted)
      expect(accepted).toBeLessThan(FLOOD_FRAMES / 2)
      for (let i = 0; i < FLOOD_FRAMES; i++) {
        expect(Buffer.compare(await receiver.receive(), pattern(MAX_FRAME_BYTES, i))).toBe(0)
      }
      await Promise.all(sending)
    })

    it('lets a signal end a send that waits for the receiver, and keeps the other frames', async () => {
      const accepted: number[] = []
      const controller = new AbortController()
      const sending = Array.from({ length: FLOOD_FRAMES }, async (_, i) => {
        await sender.send(pattern(MAX_FRAME_BYTES, i), { signal: controller.signal })
        accepted.push(i)
      })
      const outcomes = Promise.allSettled(sending)
      await settled(() => accepted.length)
      controller.abort()
      await expectCodeAsync('ERR_CHANNEL_ABORTED', sending[FLOOD_FRAMES - 1] as Promise<void>)
      await outcomes
      const last = sender.send(frame(9))
      let received = 0
      for (let next = await receiver.receive(); next.length !== 1; next = await receiver.receive()) {
        expect(Buffer.compare(next, pattern(MAX_FRAME_BYTES, received))).toBe(0)
        received++
      }
      // The frame on its way at the abort may have arrived, whole.
      expect(received - accepted.length).toBeOneOf([0, 1])
      await last
    })

    it('does not start a call whose signal fired before', async () => {
      const signal = AbortSignal.abort()
      await expectCodeAsync('ERR_CHANNEL_ABORTED', sender.send(frame(1), { signal }))
      await expectCodeAsync('ERR_CHANNEL_ABORTED', receiver.receive({ signal }))
      await sender.send(frame(2))
      expect(await receiver.receive()).toEqual(frame(2))
    })

    it('lets a signal end a receive, and gives the frame that comes later to the next one', async () => {
      const controller = new AbortController()
      const first = receiver.receive({ signal: controller.signal })
      const second = receiver.receive()
      controller.abort()
      await expectCodeAsync('ERR_CHANNEL_ABORTED', first)
      await sender.send(frame(1))
      expect(await second).toEqual(frame(1))
    })

    it('tells a deadline from an abort', async () => {
      await expectCodeAsync('ERR_CHANNEL_TIMEOUT', receiver.receive({ signal: AbortSignal.timeout(1) }))
    })

    it('delivers what was sent before a close, then ends for good', async () => {
      await sendAll(sender, [frame(1), pattern(MAX_FRAME_BYTES)])
      await sender.close()
      await sender.close()
      await expectCodeAsync('ERR_CHANNEL_CLOSED', sender.send(frame(3)))
      expect(await receiver.receive()).toEqual(frame(1))
      expect(await receiver.receive()).toEqual(pattern(MAX_FRAME_BYTES))
      await expectCodeAsync('ERR_CHANNEL_CLOSED', receiver.receive())
      await expectCodeAsync('ERR_CHANNEL_CLOSED', receiver.receive())
    })

    it('still receives after its own close', async () => {
      await sender.close()
      await expectCodeAsync('ERR_CHANNEL_CLOSED', receiver.receive())
      await receiver.send(frame(1))
      await receiver.close()
      expect(await sender.receive()).toEqual(frame(1))
      await expectCodeAsync('ERR_CHANNEL_CLOSED', sender.receive())
    })

    it('fails the calls of both sides after an abort', async () => {
      const waiting = [
        expectCodeAsync('ERR_CHANNEL_CLOSED', sender.receive()),
        expectLost(receiver.receive()),
      ]
      sender.abort()
      sender.abort()
      await Promise.all(waiting)
      await expectCodeAsync('ERR_CHANNEL_CLOSED', sender.send(frame(1)))
      await expectLost(receiver.send(frame(1)))
      await receiver.close()
    })

    it('delivers a prefix in order, whole frames only, wherever a cut comes', async () => {
      for (let sent = 0; sent < 6; sent++) {
        const [from, to] = await openPair()
        await sendAll(
          from,
          Array.from({ length: sent }, (_, i) => pattern(10_000 * i, i)),
        )
        from.abort()
        const received: Uint8Array[] = []
        const reading = (async () => {
          for (;;) received.push(await to.receive())
        })()
        await expectLost(reading)
        expect(received.length).toBeLessThanOrEqual(sent)
        received.forEach((one, i) => expect(Buffer.compare(one, pattern(10_000 * i, i))).toBe(0))
      }
    })

    it('ends the sends that wait on both sides when one aborts', async () => {
      const outcomes = [sender, receiver].map(end =>
        Promise.allSettled(Array.from({ length: FLOOD_FRAMES }, () => end.send(pattern(MAX_FRAME_BYTES)))),
      )
      await settled(() => sender.counters.sentFrames + receiver.counters.sentFrames)
      receiver.abort()
      await Promise.all(outcomes)
      await expectLost(receiveAll(sender))
      await expectLost(sender.send(frame(1)))
    })

    it('counts frames and bytes each way', async () => {
      await sendAll(sender, [pattern(10), pattern(0), pattern(5)])
      for (let i = 0; i < 3; i++) await receiver.receive()
      await receiver.send(pattern(2))
      await sender.receive()
      expect(sender.counters).toEqual({ sentFrames: 3, sentBytes: 15, receivedFrames: 1, receivedBytes: 2 })
      expect(receiver.counters).toEqual({ sentFrames: 1, sentBytes: 2, receivedFrames: 3, receivedBytes: 15 })
    })

    it('keeps channels of one connection apart', async () => {
      const pairs: [Channel, Channel][] = []
      for (let i = 0; i < 8; i++) pairs.push(await openPair())
      const exchanges = pairs.map(async ([from, to], i) => {
        const sending = sendAll(from, [pattern(1_000 * i, i), pattern(10, i)])
        expect(await to.receive()).toEqual(pattern(1_000 * i, i))
        expect(await to.receive()).toEqual(pattern(10, i))
        await sending
        from.abort()
      })
      await Promise.all(exchanges)
      await sender.send(frame(1))
      expect(await receiver.receive()).toEqual(frame(1))
    })
  })
}
