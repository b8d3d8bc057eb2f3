import type { Permutation } from '@mixun/core/aes'
import { viewBytes, viewWords, xorWords } from '../blocks/words.ts'

/** Words of a label. */
export const LABEL_WORDS = 4

/**
 * TMMO (eprint 2019/074): `H(x, i) = π(π(x) ⊕ i) ⊕ π(x)`, of many labels in two passes of the cipher.
 *
 * @param labels {@link LABEL_WORDS} words each; left as they are
 * @param tweaks one number a label, in the last word of its block
 */
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
