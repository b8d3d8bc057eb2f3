/**
 * Masks that cancel over a frozen set of parties: `Σ_i Σ_{j ≠ i} ± mask_ij = 0` mod 2^64, so that of all shares only the sum
 * opens, and with one missing the sum of the others is uniform.
 *
 *   K_ij     = KDF(d_i · D_j = d_j · D_i; both parties, both keys)    once a pair, from decryption keys on the ledger
 *   word_ij  = HMAC(K_ij, "mixun-joint-mask" ‖ intent id ‖ statement hash)[0…16) = mask ‖ check, 64 bits each
 *   i adds mask_ij for j behind i in the order of the statement, and subtracts it for j before i; as with check
 *
 * The checks go out as they are and sum to 0: parties that used different statements, sets or keys are found out, but for a
 * chance of 2^-64, before a wrong total is believed.
 *
 * Source: pairwise masks of Bonawitz et al., "Practical Secure Aggregation" (CCS 2017), section 4, from static keys and without
 * recovery: a party that is missing ends the query.
 *
 * Adversary: all but two of the parties together learn the sum of those two, and no more (gap Diffie–Hellman in the
 * random-oracle model). The keys are those that ledger entries are sealed to; labels keep the two uses apart. Not constant
 * time: as the group.
 */
import { compareBytes, toHex, utf8, wipe } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { DecryptionKey } from '@mixun/core/sealing'
import type { Suite } from '@mixun/core/suite'
import { type JointStatement, maskingParties, statementHash } from './statement.ts'
import { type JointShare, sumOfShares } from './share.ts'

/** Bytes of a mask and its check. */
export const MASK_WORD_BYTES = 16

/** Encryption keys of members by party id, as they stand on the ledger at the intent. */
export type MemberKeys = ReadonlyMap<string, Uint8Array>

/** A party with its decryption key and what it derived from others'. */
export class MaskKeys {
  readonly #suite: Suite
  readonly #party: string
  readonly #key: DecryptionKey
  readonly #agreed = new Map<string, Uint8Array>()

  /** Keeps a key a peer, derived once, until {@link MaskKeys.dispose}. */
  constructor(suite: Suite, party: string, key: DecryptionKey) {
    this.#suite = suite
    this.#party = party
    this.#key = key
  }

  /**
   * The words of this party with all others of a statement, in their order, 16 bytes each; secret.
   *
   * @throws ERR_JOINT_STATEMENT when this party is none of them, its key is not the one on the ledger, or a key is missing,
   * ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT for a key that is none
   */
  wordsFor(statement: JointStatement, keys: MemberKeys): Uint8Array {
    const parties = maskingParties(statement)
    if (!parties.includes(this.#party)) {
      fail('ERR_JOINT_STATEMENT', `expected a statement with ${this.#party} in its set`)
    }
    const message = maskMessage(this.#suite, statement)
    const writer = new Writer()
    for (const party of parties) {
      if (party === this.#party) continue
      const key = this.#agreedWith(party, keyOf(keys, party), keyOf(keys, this.#party))
      writer.raw(this.#suite.hmac(key, message).subarray(0, MASK_WORD_BYTES))
    }
    return writer.finish()
  }

  /** Zeroes what was derived. */
  dispose(): void {
    wipe(...this.#agreed.values())
    this.#agreed.clear()
  }

  #agreedWith(party: string, theirs: Uint8Array, own: Uint8Array): Uint8Array {
    if (compareBytes(own, this.#key.publicKey) !== 0) {
      fail('ERR_JOINT_STATEMENT', `expected the decryption key of ${this.#party} that is on the ledger`)
    }
    const name = `${party} ${toHex(theirs)}`
    const known = this.#agreed.get(name)
    if (known !== undefined) return known
    const point = this.#key.agree(theirs)
    const sides = [
      { party: this.#party, key: own },
      { party, key: theirs },
    ].toSorted((a, b) => (a.party < b.party ? -1 : 1))
    const salt = new Writer().bytes16(utf8('mixun-joint-mask-key'))
    for (const side of sides) salt.bytes16(utf8(side.party)).bytes16(side.key)
    const key = this.#suite.hkdfExtract(salt.finish(), point)
    wipe(point)
    this.#agreed.set(name, key)
    return key
  }
}

/**
 * What a party's words add to its share.
 *
 * @param words of {@link MaskKeys.wordsFor}
 * @throws ERR_INPUT_LENGTH, ERR_JOINT_STATEMENT
 */
export function sumOfWords(statement: JointStatement, party: string, words: Uint8Array): JointShare {
  const parties = maskingParties(statement)
  const own = parties.indexOf(party)
  if (own < 0) fail('ERR_JOINT_STATEMENT', `expected a statement with ${party} in its set`)
  if (words.length !== (parties.length - 1) * MASK_WORD_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected ${parties.length - 1} words of masks`)
  }
  const view = new DataView(words.buffer, words.byteOffset, words.length)
  const signed = Array.from({ length: parties.length - 1 }, (_, j) => {
    const at = j * MASK_WORD_BYTES
    const sign = j < own ? -1n : 1n
    return { value: sign * view.getBigUint64(at, true), check: sign * view.getBigUint64(at + 8, true) }
  })
  return sumOfShares(signed)
}

function maskMessage(suite: Suite, statement: JointStatement): Uint8Array {
  return new Writer()
    .bytes16(utf8('mixun-joint-mask'))
    .bytes16(statement.intentId)
    .bytes16(statementHash(suite, statement))
    .finish()
}

function keyOf(keys: MemberKeys, party: string): Uint8Array {
  return keys.get(party) ?? fail('ERR_JOINT_STATEMENT', `expected an encryption key of ${party}`)
}
