import {
  add,
  bitsOfInteger,
  type Circuit,
  CircuitBuilder,
  isAtLeast,
  ONE,
  ZERO,
} from '../../circuits/index.ts'

/** Bits of a total, of a mask and of a share. */
const TOTAL_BITS = 64

/**
 * The association's check of a total against θ. Input, of the evaluator: the total less the garbler's mask, 64 bits. Constants:
 * the mask. Output: a bit, whether the total is at least θ, both taken as signed. 126 AND gates at most.
 */
export function thresholdCheck(threshold: bigint): Circuit {
  const builder = new CircuitBuilder()
  const masked = builder.input(TOTAL_BITS)
  const mask = builder.constants(TOTAL_BITS).map(constant => builder.flip(ZERO, constant))
  const total = add(builder, masked, mask)
  // Signed numbers compare as unsigned ones do, once 2^63 is added to both: the highest bit flips.
  const top = TOTAL_BITS - 1
  const shifted = total.map((bit, i) => (i === top ? builder.not(bit) : bit))
  const limit = Array.from(bitsOfInteger(threshold + 2n ** 63n, TOTAL_BITS), bit => (bit === 1 ? ONE : ZERO))
  return builder.build(`joint-threshold ${threshold}`, [isAtLeast(builder, shifted, limit)])
}

/** The bits of a number mod 2^64, lowest first. */
export function bitsOfTotal(value: bigint): Uint8Array {
  return bitsOfInteger(BigInt.asUintN(TOTAL_BITS, value), TOTAL_BITS)
}
