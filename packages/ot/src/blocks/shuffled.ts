import type { RandomSource } from '@mixun/core/random'

/** 0 … count − 1 in uniform order (Fisher and Yates), up to 2^-29 a step. */
export function shuffled(count: number, random: RandomSource): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const draws = new DataView(random.bytes(8 * count).buffer)
  for (let i = count - 1; i > 0; i--) {
    const draw = draws.getUint32(8 * i) * 2 ** 21 + (draws.getUint32(8 * i + 4) >>> 11)
    const other = draw % (i + 1)
    const moved = order[i] as number
    order[i] = order[other] as number
    order[other] = moved
  }
  return order
}
