import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../bytes/index.ts'
import type { Channel } from '../channel/index.ts'
import { acceptSession, openSession } from './index.ts'
import { accepting, firmASm, firmBSm, opening, peerOf } from './test-parties.ts'
import { TRANSPORTS, type Transport } from './test-transports.ts'

const SUBJECT = 'resident-id:110101199003070000'
const PROTOCOL = 'sample'
const PARAMETERS = 'sample_v1'

/** A channel that keeps a copy of every frame that this end sends. */
function recorded(channel: Channel, frames: Uint8Array[]): Channel {
  return {
    maxFrameBytes: channel.maxFrameBytes,
    peerName: channel.peerName,
    get counters() {
      return channel.counters
    },
    send(frame, options) {
      frames.push(Uint8Array.from(frame))
      return channel.send(frame, options)
    },
    receive: options => channel.receive(options),
    close: () => channel.close(),
    abort: () => channel.abort(),
  }
}

describe.each(TRANSPORTS)('what %s sees of a session', (_name, makeTransport) => {
  let transport: Transport

  beforeEach(async () => {
    transport = await makeTransport()
  })
  afterEach(() => transport.close())

  /** Two whole sessions, the second resumed in suite sm; everything that the transport was given. */
  async function traffic(open = opening(), accept = accepting()): Promise<string> {
    const frames: Uint8Array[] = []
    for (const _run of [1, 2]) {
      const [near, far] = await transport.open()
      const [initiator, responder] = await Promise.all([
        openSession(recorded(near, frames), open),
        acceptSession(recorded(far, frames), accept),
      ])
      await initiator.send(utf8(SUBJECT))
      await responder.send(await responder.receive())
      await initiator.receive()
      await initiator.close()
      await responder.close()
      near.abort()
      far.abort()
    }
    return Buffer.concat(frames).toString('latin1')
  }

  it('is no word of hello, question or answer in suite sm, and all of them in suite intl', async () => {
    const words = [SUBJECT, PROTOCOL, PARAMETERS, 'a checkpoint']
    const options = { protocol: PROTOCOL, parameters: PARAMETERS, checkpoint: 'a checkpoint' }
    const plain = await traffic(opening(options))
    for (const word of words) expect(plain).toContain(word)
    const sealed = await traffic(
      opening({ ...options, identity: { ...firmASm }, peer: peerOf(firmBSm) }),
      accepting({ identity: { ...firmBSm }, member: () => peerOf(firmASm) }),
    )
    expect(sealed.length).toBeGreaterThan(2 * words.join('').length)
    for (const word of words) expect(sealed).not.toContain(word)
    // Of names, an opening shows the two parties', which the certificates show as well.
    expect(sealed.match(/firm-[ab]/g)).toEqual(['firm-a', 'firm-b'])
  })
})
