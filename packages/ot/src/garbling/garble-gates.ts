import { viewBytes } from '../blocks/words.ts'
import { andCount, type Circuit, GateKind, layersOf } from '../circuits/index.ts'
import { LABEL_WORDS, type LabelHash } from './label-hash.ts'
import { TABLE_BYTES } from './params.ts'

/**
 * Labels for zero of all wires, from those of the inputs, and the tables of AND gates: GbAnd of eprint 2014/756, figure 2,
 * for a layer at a time. XOR is free.
 *
 * @param wires words of the labels; those of the inputs are set
 */
export function garbleGates(
  circuit: Circuit,
  hash: LabelHash,
  wires: Int32Array,
  delta: Int32Array,
  constants: Uint8Array,
): Uint8Array {
  const tables = new Int32Array((andCount(circuit) * TABLE_BYTES) / 4)
  let done = 0
  for (const { ands, free } of layersOf(circuit)) {
    const hashes = hashPairs(circuit, hash, wires, delta, ands, done)
    for (const [i, gate] of ands.entries()) {
      const a = (circuit.left[gate] as number) * LABEL_WORDS
      const b = (circuit.right[gate] as number) * LABEL_WORDS
      const out = (circuit.inputs + gate) * LABEL_WORDS
      const table = (done + i) * 2 * LABEL_WORDS
      const pa = -((wires[a] as number) & 1)
      const pb = -((wires[b] as number) & 1)
      for (let word = 0; word < LABEL_WORDS; word++) {
        const at = 4 * LABEL_WORDS * i + word
        const [ha0, ha1] = [hashes[at] as number, hashes[at + LABEL_WORDS] as number]
        const [hb0, hb1] = [hashes[at + 8] as number, hashes[at + 12] as number]
        const a0 = wires[a + word] as number
        const tg = ha0 ^ ha1 ^ (pb & (delta[word] as number))
        const te = hb0 ^ hb1 ^ a0
        tables[table + word] = tg
        tables[table + LABEL_WORDS + word] = te
        wires[out + word] = ha0 ^ (pa & tg) ^ hb0 ^ (pb & (te ^ a0))
      }
    }
    done += ands.length
    for (const gate of free) garbleFree(circuit, gate, wires, delta, constants)
  }
  return viewBytes(tables)
}

/** Hashes of both labels of both operands: a0, a1, b0, b1 of each gate. */
function hashPairs(
  circuit: Circuit,
  hash: LabelHash,
  wires: Int32Array,
  delta: Int32Array,
  ands: Uint32Array,
  done: number,
): Int32Array {
  const labels = new Int32Array(4 * LABEL_WORDS * ands.length)
  const tweaks = new Uint32Array(4 * ands.length)
  for (const [i, gate] of ands.entries()) {
    const operands = [circuit.left[gate] as number, circuit.right[gate] as number]
    for (const [side, wire] of operands.entries()) {
      const at = 4 * i + 2 * side
      // Each half gate has a number of its own.
      tweaks[at] = tweaks[at + 1] = 2 * (done + i) + side
      for (let word = 0; word < LABEL_WORDS; word++) {
        const zero = wires[wire * LABEL_WORDS + word] as number
        labels[at * LABEL_WORDS + word] = zero
        labels[(at + 1) * LABEL_WORDS + word] = zero ^ (delta[word] as number)
      }
    }
  }
  return hash.hash(labels, tweaks, done, ands.length)
}

function garbleFree(
  circuit: Circuit,
  gate: number,
  wires: Int32Array,
  delta: Int32Array,
  constants: Uint8Array,
): void {
  const kind = circuit.kinds[gate] as number
  const a = (circuit.left[gate] as number) * LABEL_WORDS
  const operand = circuit.right[gate] as number
  const out = (circuit.inputs + gate) * LABEL_WORDS
  if (kind === GateKind.xor) {
    const b = operand * LABEL_WORDS
    for (let word = 0; word < LABEL_WORDS; word++) {
      wires[out + word] = (wires[a + word] as number) ^ (wires[b + word] as number)
    }
    return
  }
  const mask = kind === GateKind.inv ? -1 : -(constants[operand] as number)
  for (let word = 0; word < LABEL_WORDS; word++) {
    wires[out + word] = (wires[a + word] as number) ^ (mask & (delta[word] as number))
  }
}
