import { aes128Permutation, aes128Stream, type Permutation } from '@mixun/core/aes'
import { viewBytes, viewWords, xorWords } from '../blocks/words.ts'
import { UNITS_PER_KEY } from './params.ts'

/** Words of a label. */
export const LABEL_WORDS = 4

const KEY_BYTES = 16

/**
 * The hash of a garbling, TMMO (eprint 2019/074): `H(x, i) = π(π(x) ⊕ i) ⊕ π(x)`. Units are AND gates in the order of their
 * tables and, behind them, outputs; π changes every {@link UNITS_PER_KEY} of them.
 */
export class LabelHash {
  readonly #keys: Uint8Array
  #current = -1
  #permute: Permutation | null = null

  /**
   * @param key of the garbling, public
   * @param units AND gates and outputs
   */
  constructor(key: Uint8Array, units: number) {
    this.#keys = aes128Stream(key)(KEY_BYTES * Math.ceil(units / UNITS_PER_KEY))
  }

  /**
   * Hashes of labels of consecutive units, as many of each.
   *
   * @param labels {@link LABEL_WORDS} words each; left as they are
   * @param tweaks one number a label, in the last word of its block
   * @param first the first unit
   */
  hash(labels: Int32Array, tweaks: Uint32Array, first: number, units: number): Int32Array {
    const words = labels.length / units
    const hashes = new Int32Array(labels.length)
    for (let done = 0; done < units; ) {
      const unit = first + done
      const end = Math.min(units, done + UNITS_PER_KEY - (unit % UNITS_PER_KEY))
      const [from, to] = [words * done, words * end]
      const some = tweaks.subarray(from / LABEL_WORDS, to / LABEL_WORDS)
      hashes.set(hashLabels(this.#permutationOf(unit), labels.subarray(from, to), some), from)
      done = end
    }
    return hashes
  }

  #permutationOf(unit: number): Permutation {
    const index = Math.floor(unit / UNITS_PER_KEY)
    if (this.#permute === null || index !== this.#current) {
      this.#permute = aes128Permutation(this.#keys.subarray(KEY_BYTES * index, KEY_BYTES * (index + 1)))
      this.#current = index
    }
    return this.#permute
  }
}

/** TMMO of many labels in two passes of the cipher. */
export function hashLabels(permute: Permutation, labels: Int32Array, tweaks: Uint32Array): Int32Array {
  const inner = viewWords(permute(viewBytes(labels)))
  const tweaked = inner.slice()
  for (let i = 0; i < tweaks.length; i++) {
    const last = LABEL_WORDS * i + LABEL_WORDS - 1
    tweaked[last] = (tweaked[last] as number) ^ (tweaks[i] as number)
  }
  const outer = viewWords(permute(viewBytes(tweaked)))
  xorWords(outer, inner)
  return outer
}
