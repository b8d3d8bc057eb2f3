import { fail } from '@mixun/core/errors'
import { type Circuit, GateKind } from './circuit.ts'

/** A bit while a circuit is built: a wire's number, or what is known already: −1 for zero and −2 for one. */
export type Bit = number

/** The bit that is always zero. */
export const ZERO: Bit = -1
/** The bit that is always one. */
export const ONE: Bit = -2

/** An unsigned integer or a byte string: bit 0 is the lowest bit of the lowest or first byte. */
export type Bits = readonly Bit[]

/** Puts gates together. Known bits are folded away, and XOR of equal bits is zero. */
export class CircuitBuilder {
  readonly #kinds: number[] = []
  readonly #left: number[] = []
  readonly #right: number[] = []
  #inputs = 0
  #constants = 0

  /** The next `width` input wires. All inputs come before the first gate. */
  input(width: number): Bit[] {
    if (this.#kinds.length > 0) fail('ERR_CIRCUIT_INVALID', 'expected all inputs before the first gate')
    const first = this.#inputs
    this.#inputs += width
    return Array.from({ length: width }, (_, i) => first + i)
  }

  /** The numbers of the next `width` constants, for {@link CircuitBuilder.flip}. */
  constants(width: number): number[] {
    const first = this.#constants
    this.#constants += width
    return Array.from({ length: width }, (_, i) => first + i)
  }

  xor(a: Bit, b: Bit): Bit {
    if (a === b) return ZERO
    if (a < 0) return a === ZERO ? b : this.not(b)
    if (b < 0) return b === ZERO ? a : this.not(a)
    return this.#gate(GateKind.xor, a, b)
  }

  and(a: Bit, b: Bit): Bit {
    if (a === ZERO || b === ZERO) return ZERO
    if (a === ONE || a === b) return b
    if (b === ONE) return a
    return this.#gate(GateKind.and, a, b)
  }

  not(a: Bit): Bit {
    if (a < 0) return a === ZERO ? ONE : ZERO
    return this.#gate(GateKind.inv, a, 0)
  }

  /** `a` XOR constant number `constant`. */
  flip(a: Bit, constant: number): Bit {
    return this.#gate(GateKind.flip, a < 0 ? this.#known(a) : a, constant)
  }

  /** `whenOne` where `choice` is one, else `whenZero`: one AND gate a bit. */
  mux(choice: Bit, whenOne: Bits, whenZero: Bits): Bit[] {
    return whenZero.map((bit, i) => this.xor(bit, this.and(choice, this.xor(bit, whenOne[i] as Bit))))
  }

  /** Bitwise XOR of equal widths. */
  xorAll(a: Bits, b: Bits): Bit[] {
    return a.map((bit, i) => this.xor(bit, b[i] as Bit))
  }

  /** The circuit that puts out `outputs`, in order. */
  build(name: string, outputs: Bits): Circuit {
    const wires = outputs.map(bit => (bit < 0 ? this.#known(bit) : bit))
    return {
      name,
      inputs: this.#inputs,
      constants: this.#constants,
      kinds: Uint8Array.from(this.#kinds),
      left: Uint32Array.from(this.#left),
      right: Uint32Array.from(this.#right),
      outputs: Uint32Array.from(wires),
    }
  }

  /** A wire for a known bit: the first input XOR itself, inverted or not. */
  #known(bit: Bit): Bit {
    if (this.#inputs === 0) fail('ERR_CIRCUIT_INVALID', 'expected at least one input')
    const zero = this.#gate(GateKind.xor, 0, 0)
    return bit === ZERO ? zero : this.#gate(GateKind.inv, zero, 0)
  }

  #gate(kind: number, left: number, right: number): Bit {
    this.#kinds.push(kind)
    this.#left.push(left)
    this.#right.push(right)
    return this.#inputs + this.#kinds.length - 1
  }
}
