import type { GarbledCircuit, InputLabels } from '../../garbling/index.ts'

/** What may be done to a garbled circuit on its way, or by who made it. */
export interface GarblingAttack {
  readonly name: string
  /** The part that is attacked and a byte of it; the byte is XORed with `by`. */
  readonly attack: (message: GarbledCircuit, at: number, by: number) => GarbledCircuit
  /** Bytes that `at` may be. */
  readonly bytes: (message: GarbledCircuit) => number
}

/** One changed byte in each part of a garbled circuit. */
export const garblingAttacks: readonly GarblingAttack[] = (['key', 'tables', 'decoding'] as const).map(
  part => ({
    name: `a changed byte of the ${part}`,
    attack: (message, at, by) => ({ ...message, [part]: changed(message[part], at, by) }),
    bytes: message => message[part].length,
  }),
)

/** A garbler whose labels for input `wire` are right for zero and worthless for one: he hopes to hear of a failure. */
export function selectiveFailure(labels: InputLabels, wire: number): InputLabels {
  return { zero: labels.zero, one: changed(labels.one, 16 * wire, 0x55) }
}

function changed(bytes: Uint8Array, at: number, by: number): Uint8Array {
  return bytes.with(at, (bytes[at] as number) ^ by)
}
