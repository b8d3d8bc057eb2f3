import { defineParameters } from '@mixun/core/params'

/** Bytes of a wire label, of Δ and of a hash. */
export const LABEL_BYTES = 16

/** Bytes of the table of an AND gate: two ciphertexts. Other gates have none. */
export const TABLE_BYTES = 2 * LABEL_BYTES

/** AND gates, or outputs, that share a key of the hash. */
export const UNITS_PER_KEY = 32

/**
 * Half gates with labels of 128 bits. The hash is TMMO, H(x, i) = π(π(x) ⊕ i) ⊕ π(x), over AES-128, i a number that each
 * use has to itself: in the ideal-cipher model circular correlation robust with tweaks, as the free XOR of half gates needs.
 * The keys of π are public: a key is drawn for each garbling, and from it one for every 32 gates.
 *
 * An evaluator who guesses Δ tries each call of π against all q hashes under one key that it cannot make itself, two a
 * gate, and needs 2^128 / q calls (2019/1168; the bound of 2019/074 has the same factor, times a small constant). A key for
 * all garblings would lose log2 of all gates ever garbled, a key for each garbling 14 bits with a check of 5,400 gates;
 * these keys lose 6, whatever the circuit, and circuits do not add up. MiTCCR (2019/1168), a key for each half gate, would
 * lose 2 or 3. Measured, microseconds a gate: 1.4 to garble and 0.95 to evaluate for its hash alone in WebAssembly, 6.7
 * through node:crypto; 1.0 and 0.5 for all that is done here.
 */
export const halfGates = defineParameters({
  id: 'garbling_halfgates_tmmo_aes128_k32',
  securityLevel: 'classical128',
  source: 'eprint 2014/756, figure 2; eprint 2019/074 (TMMO); eprint 2019/1168',
})
