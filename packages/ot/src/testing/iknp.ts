/**
 * IKNP OT extension (Ishai, Kilian, Nissim and Petrank, CRYPTO 2003), semi-honest, as a page of code: bits are numbers,
 * and nothing is fast. What k = 1 must give, bit for bit. For tests.
 */
import { aes128Permutation, aes128Stream } from '@mixun/core/aes'
import { bitAt } from '../base-ot/index.ts'
import { hashSeed, sessionSeed, streamNonce } from '../ot-extension/derive.ts'
import type { OtExtensionParameters } from '../ot-extension/index.ts'
import type { dealtBaseOts } from './dealt-setups.ts'

const COLUMNS = Array.from({ length: 128 }, (_, i) => i)

type Bits = readonly number[]

/** The first `count` OTs of a session, for a count that fills whole blocks. */
export function iknp(
  parameters: OtExtensionParameters,
  base: ReturnType<typeof dealtBaseOts>,
  tag: Uint8Array,
  count: number,
) {
  const rows = Array.from({ length: count }, (_, j) => j)
  // The key of column i for each bit; the sender of the extension holds that of the complement of Δ's bit.
  const stream = (keys: Uint8Array, i: number): Bits => {
    const seed = sessionSeed(parameters, tag, keys.subarray(16 * i, 16 * i + 16))
    const bytes = aes128Stream(seed, 0, streamNonce(tag))(count / 8)
    return rows.map(j => bitAt(bytes, j))
  }
  const g0 = COLUMNS.map(i => stream(base.pairs.zeros, i))
  const g1 = COLUMNS.map(i => stream(base.pairs.ones, i))
  const own = COLUMNS.map(i => stream(base.chosen, i))
  const delta = COLUMNS.map(i => 1 - bitAt(base.choices, i))

  // Receiver: its choices are what column 0 gives; the other columns are corrected to them.
  const choices = rows.map(j => at(g0, 0, j) ^ at(g1, 0, j))
  const corrections = COLUMNS.map(i => rows.map(j => at(g0, i, j) ^ at(g1, i, j) ^ (choices[j] as number)))
  const t = (j: number): Bits => COLUMNS.map(i => at(g1, i, j))
  // Sender: q[j] = t[j] ⊕ choice[j] · Δ.
  const q = (j: number): Bits =>
    COLUMNS.map(i => ((delta[i] as number) === 1 ? at(own, i, j) ^ at(corrections, i, j) : at(own, i, j)))

  const keys = aes128Stream(hashSeed(parameters, tag, 0))
  const hashes = Array.from({ length: Math.ceil(count / 1_024) }, () => tmmo(aes128Permutation(keys(16))))
  const hash = (x: Uint8Array, j: number): Uint8Array =>
    (hashes[Math.floor(j / 1_024)] as ReturnType<typeof tmmo>)(x, j)
  return {
    choices,
    corrections,
    received: rows.map(j => hash(pack(t(j)), j)),
    zeros: rows.map(j => hash(pack(q(j)), j)),
    ones: rows.map(j => hash(pack(q(j).map((bit, i) => bit ^ (delta[i] as number))), j)),
  }
}

/** TMMO(x, i) = π(π(x) ⊕ i) ⊕ π(x). */
function tmmo(permutation: (block: Uint8Array) => Uint8Array) {
  return (x: Uint8Array, i: number): Uint8Array => {
    const inner = Uint8Array.from(permutation(x))
    const tweak = new Uint8Array(16)
    new DataView(tweak.buffer).setUint32(0, i, true)
    const outer = permutation(inner.map((byte, at) => byte ^ (tweak[at] as number)))
    return inner.map((byte, at) => byte ^ (outer[at] as number))
  }
}

function pack(bits: Bits): Uint8Array {
  const bytes = new Uint8Array(bits.length / 8)
  for (const [i, bit] of bits.entries()) bytes[i >>> 3] = (bytes[i >>> 3] as number) | (bit << (i & 7))
  return bytes
}

function at(matrix: readonly Bits[], column: number, row: number): number {
  return (matrix[column] as Bits)[row] as number
}
