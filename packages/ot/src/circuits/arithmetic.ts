/**
 * Unsigned integers of n bits, lowest bit first. AND gates: `add`, `subtract` n − 1; `sum` of k terms (k − 1)(n − 1);
 * `isEqual` n − 1; `isAtLeast` n; `mux` n. The full adder with one AND gate is that of Kolesnikov, Sadeghi and Schneider
 * (eprint 2009/411): c′ = c ⊕ (a ⊕ c)(b ⊕ c).
 */
import { fail } from '@mixun/core/errors'
import { type Bit, type Bits, type CircuitBuilder, ONE, ZERO } from './builder.ts'

/** `a + b` mod 2^n. */
export function add(builder: CircuitBuilder, a: Bits, b: Bits): Bit[] {
  return addWithCarry(builder, a, b, ZERO)
}

/** `a − b` mod 2^n. */
export function subtract(builder: CircuitBuilder, a: Bits, b: Bits): Bit[] {
  return addWithCarry(builder, a, inverted(builder, b), ONE)
}

/** The sum of one or more terms mod 2^n. */
export function sum(builder: CircuitBuilder, terms: readonly Bits[]): Bit[] {
  return terms.reduce<Bit[]>(
    (total, term) => add(builder, total, term),
    (terms[0] ?? []).map(() => ZERO),
  )
}

/** One where all bits are alike. */
export function isEqual(builder: CircuitBuilder, a: Bits, b: Bits): Bit {
  checkWidth(a, b)
  return allOnes(builder, inverted(builder, builder.xorAll(a, b)))
}

/** One where `a ≥ b`: no borrow leaves a − b. */
export function isAtLeast(builder: CircuitBuilder, a: Bits, b: Bits): Bit {
  checkWidth(a, b)
  let carry: Bit = ONE
  for (let i = 0; i < a.length; i++) carry = nextCarry(builder, a[i] as Bit, builder.not(b[i] as Bit), carry)
  return carry
}

/** Each bit AND `gate`. */
export function gated(builder: CircuitBuilder, gate: Bit, a: Bits): Bit[] {
  return a.map(bit => builder.and(gate, bit))
}

/** AND of all, by halves: depth log2 n. */
function allOnes(builder: CircuitBuilder, bits: Bits): Bit {
  if (bits.length <= 1) return bits[0] ?? ONE
  const half = bits.length >> 1
  return builder.and(allOnes(builder, bits.slice(0, half)), allOnes(builder, bits.slice(half)))
}

function addWithCarry(builder: CircuitBuilder, a: Bits, b: Bits, carryIn: Bit): Bit[] {
  checkWidth(a, b)
  let carry = carryIn
  return a.map((bit, i) => {
    const other = b[i] as Bit
    const digit = builder.xor(builder.xor(bit, other), carry)
    // The carry out of the highest bit is not used.
    if (i < a.length - 1) carry = nextCarry(builder, bit, other, carry)
    return digit
  })
}

function nextCarry(builder: CircuitBuilder, a: Bit, b: Bit, carry: Bit): Bit {
  return builder.xor(carry, builder.and(builder.xor(a, carry), builder.xor(b, carry)))
}

function inverted(builder: CircuitBuilder, bits: Bits): Bit[] {
  return bits.map(bit => builder.not(bit))
}

function checkWidth(a: Bits, b: Bits): void {
  if (a.length !== b.length) {
    fail('ERR_CIRCUIT_INVALID', `expected two integers of one width, found ${a.length} and ${b.length} bits`)
  }
}
