/**
 * Garbled circuits with half gates and free XOR (Zahur, Rosulek, Evans, eprint 2014/756): who evaluates learns the result
 * on inputs that nobody sees whole, from one message.
 *
 *   garbler(circuit, constants, own bits)             evaluator(circuit, own bits)
 *   labels, tables, decoding   ──── tables, decoding ─────►
 *                              ──── labels of own bits ───►
 *                              ◄─── OT of the labels of the evaluator's bits ───►
 *                                                     one label a wire, by the tables; outputs by the decoding
 *
 * Adversary: an evaluator who is malicious learns the result and no more, and cannot make labels of another one: decoding
 * is authentic. A garbler is trusted to garble the circuit that was agreed on. One who does not can have another function
 * computed, and, if he hears whether decoding failed, learns a bit of the evaluator's inputs: a failure stays at home.
 *
 * Constants of a circuit are in no message: `flip` and `inv` move the garbler's labels, and the evaluator copies. Leaks the
 * circuit. No branch or address depends on labels, constants or inputs, in the source.
 */
import { wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { copyWords, viewBytes } from '../blocks/words.ts'
import type { Circuit } from '../circuits/index.ts'
import { OneShot } from '../state/one-shot.ts'
import { decodingOf } from './decoding.ts'
import { garbleGates } from './garble-gates.ts'
import { LABEL_WORDS, LabelHash } from './label-hash.ts'
import type { GarbledCircuit, OutputForm } from './messages.ts'
import { LABEL_BYTES } from './params.ts'
import { colours, outputLabels, unitsOf } from './wires.ts'

/** Both labels of every input wire; secret, for one evaluation. */
export interface InputLabels {
  /** {@link LABEL_BYTES} bytes a wire. */
  readonly zero: Uint8Array
  readonly one: Uint8Array
}

/** What the garbler keeps. */
export interface GarblerState {
  /** Labels are handed out once: two sets of them would open every input. */
  readonly inputs: OneShot<InputLabels>
  /** A bit of each output; XOR with the evaluator's `outputShares` it is the output. Secret. */
  readonly outputShares: Uint8Array
}

/** What {@link garble} works from. */
export interface GarbleOptions {
  /** A byte of 0 or 1 for each constant of the circuit; secret. */
  readonly constants?: Uint8Array
  /**
   * Labels for zero of all inputs, and Δ, from correlated OTs whose sender is the garbler; fresh ones by default. The
   * lowest bit of Δ is 1.
   */
  readonly labels?: { readonly zero: Uint8Array; readonly delta: Uint8Array }
  /** Whether the evaluator learns the outputs, or each side gets a share of them; `decoded` by default. */
  readonly outputs?: OutputForm
  readonly random: RandomSource
}

/**
 * Garbles a circuit for one evaluation.
 *
 * @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE for a Δ whose lowest bit is 0 and for constants that are no bits
 */
export function garble(
  circuit: Circuit,
  options: GarbleOptions,
): { state: GarblerState; message: GarbledCircuit } {
  const { random } = options
  const constants = options.constants ?? new Uint8Array(0)
  if (constants.length !== circuit.constants) {
    fail('ERR_INPUT_LENGTH', `expected ${circuit.constants} constants, found ${constants.length}`)
  }
  requireBits(constants)
  const { zero, delta } = options.labels ?? freshLabels(circuit, random)
  checkLabels(circuit, zero, delta)
  const key = random.bytes(LABEL_BYTES)
  const hash = new LabelHash(key, unitsOf(circuit))
  const wires = new Int32Array((circuit.inputs + circuit.kinds.length) * LABEL_WORDS)
  wires.set(copyWords(zero))
  const offset = copyWords(delta)
  const tables = garbleGates(circuit, hash, wires, offset, constants)
  const outputs = outputLabels(circuit, wires)
  const isShared = options.outputs === 'shared'
  const decoding = isShared ? new Uint8Array(0) : decodingOf(circuit, hash, outputs, offset)
  const one = zero.map((byte, i) => byte ^ (delta[i % LABEL_BYTES] as number))
  const outputShares = colours(outputs)
  const inputs = new OneShot<InputLabels>({ zero: zero.slice(), one })
  wipe(viewBytes(wires), viewBytes(offset), viewBytes(outputs))
  if (options.labels === undefined) wipe(zero, delta)
  return {
    state: { inputs, outputShares },
    message: { key, tables, decoding },
  }
}

/** The labels of `bits`, from input wire `first` on: what the garbler sends for its own. @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE */
export function selectLabels(labels: InputLabels, first: number, bits: Uint8Array): Uint8Array {
  const start = first * LABEL_BYTES
  const length = bits.length * LABEL_BYTES
  if (start + length > labels.zero.length) {
    fail('ERR_INPUT_LENGTH', `expected at most ${labels.zero.length / LABEL_BYTES - first} bits`)
  }
  requireBits(bits)
  return Uint8Array.from({ length }, (_, i) => {
    const mask = -(bits[Math.floor(i / LABEL_BYTES)] as number) & 0xff
    const zero = labels.zero[start + i] as number
    return zero ^ (mask & (zero ^ (labels.one[start + i] as number)))
  })
}

function freshLabels(circuit: Circuit, random: RandomSource): { zero: Uint8Array; delta: Uint8Array } {
  const delta = random.bytes(LABEL_BYTES)
  delta[0] = (delta[0] as number) | 1
  return { zero: random.bytes(circuit.inputs * LABEL_BYTES), delta }
}

function checkLabels(circuit: Circuit, zero: Uint8Array, delta: Uint8Array): void {
  if (zero.length !== circuit.inputs * LABEL_BYTES || delta.length !== LABEL_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected labels of ${LABEL_BYTES} bytes for ${circuit.inputs} inputs, and Δ`)
  }
  if (((delta[0] as number) & 1) === 0) fail('ERR_INPUT_RANGE', 'expected a Δ whose lowest bit is 1')
}

function requireBits(bits: Uint8Array): void {
  let all = 0
  for (const bit of bits) all |= bit
  if (all > 1) fail('ERR_INPUT_RANGE', 'expected bits, a byte of 0 or 1 each')
}
