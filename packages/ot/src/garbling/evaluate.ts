import { equalConstantTime } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { copyWords, viewBytes, viewWords } from '../blocks/words.ts'
import { andCount, type Circuit, GateKind, layersOf } from '../circuits/index.ts'
import { LABEL_WORDS, LabelHash } from './label-hash.ts'
import type { GarbledCircuit } from './messages.ts'
import { LABEL_BYTES, TABLE_BYTES } from './params.ts'
import { colours, outputLabels, unitsOf } from './wires.ts'

/** One label an output: what the evaluator holds in the end. */
export interface OutputLabels {
  /** {@link LABEL_BYTES} bytes an output. */
  readonly labels: Uint8Array
}

/**
 * Evaluates a garbled circuit (eprint 2014/756, figure 2, EvAnd, for a layer at a time). Whatever the tables hold, it
 * gives labels; {@link decodeOutputs} tells whether they are any.
 *
 * @param inputs one label of {@link LABEL_BYTES} bytes for each input wire, in order; secret
 * @throws ERR_INPUT_LENGTH
 */
export function evaluateGarbled(circuit: Circuit, garbled: GarbledCircuit, inputs: Uint8Array): OutputLabels {
  if (inputs.length !== circuit.inputs * LABEL_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected ${circuit.inputs} labels of ${LABEL_BYTES} bytes`)
  }
  if (garbled.tables.length !== andCount(circuit) * TABLE_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected tables of ${andCount(circuit)} AND gates`)
  }
  const hash = new LabelHash(garbled.key, unitsOf(circuit))
  const tables = viewWords(garbled.tables)
  const wires = new Int32Array((circuit.inputs + circuit.kinds.length) * LABEL_WORDS)
  wires.set(copyWords(inputs))
  let done = 0
  for (const { ands, free } of layersOf(circuit)) {
    const hashes = hashOperands(circuit, hash, wires, ands, done)
    for (const [i, gate] of ands.entries()) {
      const a = (circuit.left[gate] as number) * LABEL_WORDS
      const b = (circuit.right[gate] as number) * LABEL_WORDS
      const out = (circuit.inputs + gate) * LABEL_WORDS
      const table = (done + i) * 2 * LABEL_WORDS
      const sa = -((wires[a] as number) & 1)
      const sb = -((wires[b] as number) & 1)
      for (let word = 0; word < LABEL_WORDS; word++) {
        const at = 2 * LABEL_WORDS * i + word
        const half = (tables[table + LABEL_WORDS + word] as number) ^ (wires[a + word] as number)
        wires[out + word] =
          (hashes[at] as number) ^
          (sa & (tables[table + word] as number)) ^
          (hashes[at + LABEL_WORDS] as number) ^
          (sb & half)
      }
    }
    done += ands.length
    for (const gate of free) evaluateFree(circuit, gate, wires)
  }
  const labels = viewBytes(outputLabels(circuit, wires))
  wires.fill(0)
  return { labels }
}

/**
 * The outputs, a byte of 0 or 1 each. Authentic: a label that the garbler did not make for this output is refused.
 *
 * @throws ERR_VERIFY_GARBLED. Keep it at home: whether it happened may depend on the inputs
 * @throws ERR_INPUT_LENGTH, also for a circuit whose outputs are shared
 */
export function decodeOutputs(circuit: Circuit, garbled: GarbledCircuit, outputs: OutputLabels): Uint8Array {
  const count = circuit.outputs.length
  if (outputs.labels.length !== count * LABEL_BYTES || garbled.decoding.length !== 2 * count * LABEL_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected labels and decoding of ${count} outputs`)
  }
  const first = 2 * andCount(circuit)
  const tweaks = Uint32Array.from({ length: count }, (_, i) => first + i)
  const hash = new LabelHash(garbled.key, unitsOf(circuit))
  const hashes = viewBytes(hash.hash(copyWords(outputs.labels), tweaks, andCount(circuit), count))
  let unknown = 0
  const bits = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const own = hashes.subarray(LABEL_BYTES * i, LABEL_BYTES * (i + 1))
    const at = 2 * LABEL_BYTES * i
    const zero = Number(equalConstantTime(own, garbled.decoding.subarray(at, at + LABEL_BYTES)))
    const one = Number(
      equalConstantTime(own, garbled.decoding.subarray(at + LABEL_BYTES, at + 2 * LABEL_BYTES)),
    )
    bits[i] = one
    unknown |= 1 ^ zero ^ one
  }
  if (unknown !== 0)
    fail('ERR_VERIFY_GARBLED', `circuit ${circuit.name}: expected labels that its garbler made`)
  return bits
}

/** The evaluator's shares of the outputs, a bit each; not authenticated. XOR with the garbler's they are the outputs. */
export function outputShares(outputs: OutputLabels): Uint8Array {
  return colours(viewWords(outputs.labels))
}

function hashOperands(
  circuit: Circuit,
  hash: LabelHash,
  wires: Int32Array,
  ands: Uint32Array,
  done: number,
): Int32Array {
  const labels = new Int32Array(2 * LABEL_WORDS * ands.length)
  const tweaks = new Uint32Array(2 * ands.length)
  for (const [i, gate] of ands.entries()) {
    const a = (circuit.left[gate] as number) * LABEL_WORDS
    const b = (circuit.right[gate] as number) * LABEL_WORDS
    tweaks[2 * i] = 2 * (done + i)
    tweaks[2 * i + 1] = 2 * (done + i) + 1
    for (let word = 0; word < LABEL_WORDS; word++) {
      labels[2 * LABEL_WORDS * i + word] = wires[a + word] as number
      labels[2 * LABEL_WORDS * i + LABEL_WORDS + word] = wires[b + word] as number
    }
  }
  return hash.hash(labels, tweaks, done, ands.length)
}

/** XOR of labels; inversions and constants moved the garbler's labels, so that here they are copies. */
function evaluateFree(circuit: Circuit, gate: number, wires: Int32Array): void {
  const a = (circuit.left[gate] as number) * LABEL_WORDS
  const out = (circuit.inputs + gate) * LABEL_WORDS
  const isXor = circuit.kinds[gate] === GateKind.xor
  const b = isXor ? (circuit.right[gate] as number) * LABEL_WORDS : 0
  const mask = isXor ? -1 : 0
  for (let word = 0; word < LABEL_WORDS; word++) {
    wires[out + word] = (wires[a + word] as number) ^ ((wires[b + word] as number) & mask)
  }
}
