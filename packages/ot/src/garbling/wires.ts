import { andCount, type Circuit } from '../circuits/index.ts'
import { LABEL_WORDS } from './label-hash.ts'

/** The labels of the output wires, one after another. */
export function outputLabels(circuit: Circuit, wires: Int32Array): Int32Array {
  const labels = new Int32Array(circuit.outputs.length * LABEL_WORDS)
  for (const [i, wire] of circuit.outputs.entries()) {
    labels.set(wires.subarray(wire * LABEL_WORDS, (wire + 1) * LABEL_WORDS), i * LABEL_WORDS)
  }
  return labels
}

/** The lowest bit of each label, which point-and-permute goes by. */
export function colours(labels: Int32Array): Uint8Array {
  return Uint8Array.from(
    { length: labels.length / LABEL_WORDS },
    (_, i) => (labels[LABEL_WORDS * i] as number) & 1,
  )
}

/** What is hashed under keys that change: AND gates, and outputs behind them. */
export function unitsOf(circuit: Circuit): number {
  return andCount(circuit) + circuit.outputs.length
}
