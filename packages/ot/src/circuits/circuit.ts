import { fail } from '@mixun/core/errors'

/** What a gate does. `flip` XORs a constant bit that only one party knows, by its number. */
export const GateKind = { xor: 0, and: 1, inv: 2, flip: 3 } as const

/**
 * A Boolean circuit as data. Wires are numbered: first the inputs, then one for each gate in order, so that a gate reads
 * lower numbers than its own and the order of gates is an order of evaluation.
 *
 * Constants are bits that the garbler knows when it garbles and the other side never learns, such as round keys: XOR with
 * one costs nothing, neither a gate's table nor an input label.
 */
export interface Circuit {
  readonly name: string
  /** Number of input wires. */
  readonly inputs: number
  /** Number of constant bits. */
  readonly constants: number
  /** One of {@link GateKind} for each gate; the gate's output is wire `inputs + i`. */
  readonly kinds: Uint8Array
  /** First operand of each gate: a wire. */
  readonly left: Uint32Array
  /** Second operand: a wire for `xor` and `and`, the number of a constant for `flip`, 0 for `inv`. */
  readonly right: Uint32Array
  /** The wires that are the result, in order. */
  readonly outputs: Uint32Array
}

/** Number of AND gates: what a garbled circuit costs. Counted once and kept with the circuit. */
export function andCount(circuit: Circuit): number {
  const known = andCounts.get(circuit)
  if (known !== undefined) return known
  let count = 0
  for (const kind of circuit.kinds) if (kind === GateKind.and) count++
  andCounts.set(circuit, count)
  return count
}

const andCounts = new WeakMap<Circuit, number>()

/**
 * Checks that a circuit is one: every operand exists before it is read.
 *
 * @throws ERR_CIRCUIT_INVALID
 */
export function checkCircuit(circuit: Circuit): Circuit {
  const { inputs, constants, kinds, left, right, outputs } = circuit
  const invalid = (what: string): never => fail('ERR_CIRCUIT_INVALID', `circuit ${circuit.name}: ${what}`)
  if (left.length !== kinds.length || right.length !== kinds.length) {
    invalid(`expected two operands for each of ${kinds.length} gates`)
  }
  for (let gate = 0; gate < kinds.length; gate++) {
    const wire = inputs + gate
    const kind = kinds[gate] as number
    const limit = kind === GateKind.flip ? constants : kind === GateKind.inv ? 1 : wire
    if (kind > GateKind.flip) invalid(`gate ${gate} is of no known kind`)
    if ((left[gate] as number) >= wire || (right[gate] as number) >= limit) {
      invalid(`gate ${gate} reads what does not exist before it`)
    }
  }
  for (const output of outputs) if (output >= inputs + kinds.length) invalid(`no wire ${output} to put out`)
  return circuit
}
