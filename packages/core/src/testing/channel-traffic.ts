import type { Channel } from '../channel/index.ts'

/** A frame of one byte. */
export function frame(value: number): Uint8Array {
  return Uint8Array.of(value)
}

/** `size` bytes that differ by `seed`, with a mark at the end. */
export function pattern(size: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(size).fill(seed)
  return bytes.fill(seed >> 8, 0, 2).fill(0xee, Math.max(0, size - 1))
}

/** Sends one frame after the other. */
export async function sendAll(channel: Channel, frames: readonly Uint8Array[]): Promise<void> {
  for (const one of frames) await channel.send(one)
}

/** Drops what arrives, until the channel fails. */
export async function receiveAll(channel: Channel): Promise<never> {
  for (;;) await channel.receive()
}

/** Waits until a count stood still for a while. */
export async function settled(count: () => number): Promise<void> {
  let before = -1
  while (count() !== before) {
    before = count()
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
