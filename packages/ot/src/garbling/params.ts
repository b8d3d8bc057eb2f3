import { defineParameters } from '@mixun/core/params'

/** Bytes of a wire label, of Δ and of a hash. */
export const LABEL_BYTES = 16

/** Bytes of the table of an AND gate: two ciphertexts. Other gates have none. */
export const TABLE_BYTES = 2 * LABEL_BYTES

/**
 * Half gates with labels of 128 bits. The hash is TMMO, H(x, i) = π(π(x) ⊕ i) ⊕ π(x), over AES-128 under a public key that
 * is drawn for each garbling, i a number that each use has to itself: in the ideal-cipher model circular correlation
 * robust with tweaks, as the free XOR of half gates needs.
 *
 * A key for all garblings would lose log2 of all gates ever garbled (2019/1168: one table of hashes made
 * beforehand serves against every circuit). Under a key of its own a circuit of C AND gates loses about log2(2·C) bits and
 * circuits do not add up: 114 bits remain for a check of 5,400 gates. The hash of 2019/1168, a key for each gate, would
 * keep 125; it costs two key schedules a gate, which through node:crypto take fifty times the time of everything else.
 */
export const halfGates = defineParameters({
  id: 'garbling_halfgates_tmmo_aes128',
  securityLevel: 'classical128',
  source: 'eprint 2014/756, figure 2; eprint 2019/074 (TMMO); eprint 2019/1168',
})
