import { viewBytes } from '../blocks/words.ts'
import { andCount, type Circuit } from '../circuits/index.ts'
import { LABEL_WORDS, type LabelHash } from './label-hash.ts'

/** Hashes of both labels of each output, for zero and for one, under numbers beyond those of gates. */
export function decodingOf(
  circuit: Circuit,
  hash: LabelHash,
  outputs: Int32Array,
  delta: Int32Array,
): Uint8Array {
  const count = circuit.outputs.length
  const labels = new Int32Array(2 * outputs.length)
  const tweaks = new Uint32Array(2 * count)
  const first = 2 * andCount(circuit)
  for (let i = 0; i < count; i++) {
    tweaks[2 * i] = tweaks[2 * i + 1] = first + i
    for (let word = 0; word < LABEL_WORDS; word++) {
      const zero = outputs[LABEL_WORDS * i + word] as number
      labels[2 * LABEL_WORDS * i + word] = zero
      labels[2 * LABEL_WORDS * i + LABEL_WORDS + word] = zero ^ (delta[word] as number)
    }
  }
  return viewBytes(hash.hash(labels, tweaks, andCount(circuit), count))
}
