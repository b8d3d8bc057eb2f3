import { type Channel, memoryChannelPair } from '../index.ts'

export type Side = 'initiator' | 'responder'

/** What arrives in place of the `index`-th frame of `from`; `cut` ends the transport of that direction. */
export type Attack = (from: Side, index: number, frame: Uint8Array) => readonly Uint8Array[] | 'cut'

/** A transport between two honest ends that an attacker owns, and what went in at either end. */
export interface Wire {
  readonly ends: [Channel, Channel]
  readonly sent: Record<Side, Uint8Array[]>
  abort(): void
}

export function wire(attack: Attack = (_from, _index, frame) => [frame]): Wire {
  const [near, nearAttacker] = memoryChannelPair()
  const [farAttacker, far] = memoryChannelPair()
  const sent: Wire['sent'] = { initiator: [], responder: [] }
  const forward = async (from: Side, source: Channel, target: Channel) => {
    try {
      for (;;) {
        const frame = await source.receive()
        sent[from].push(frame)
        const instead = attack(from, sent[from].length - 1, frame)
        if (instead === 'cut') return await target.close()
        for (const one of instead) await target.send(one)
      }
    } catch {
      await target.close()
    }
  }
  void forward('initiator', nearAttacker, farAttacker)
  void forward('responder', farAttacker, nearAttacker)
  const abort = () => {
    for (const channel of [near, nearAttacker, farAttacker, far]) channel.abort()
  }
  return { ends: [near, far], sent, abort }
}

/** `frame` with one bit flipped. */
export function flipped(frame: Uint8Array, bit: number): Uint8Array {
  return frame.with(bit >> 3, (frame[bit >> 3] as number) ^ (1 << (bit & 7)))
}
