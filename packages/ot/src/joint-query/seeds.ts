import { compareBytes, i2osp, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'

/** Bytes of a seed. */
export const SEED_BYTES = 32

/** Who a seed is of. A provider's is of one session as well. */
export interface SeedOwner {
  readonly party: string
  /** What the seed serves: nothing but random bytes may tell two of them apart. */
  readonly role: 'inquirer' | 'provider' | 'association'
}

/**
 * `H("mixun-joint-seed" ‖ role ‖ party ‖ seed)`, 32 bytes: binding, and hiding since a seed is 32 uniform bytes.
 *
 * @throws ERR_INPUT_LENGTH
 */
export function commitSeed(suite: Suite, owner: SeedOwner, seed: Uint8Array): Uint8Array {
  if (seed.length !== SEED_BYTES) fail('ERR_INPUT_LENGTH', `expected a seed of ${SEED_BYTES} bytes`)
  return suite.hash(ownerLabel('mixun-joint-seed', owner), seed)
}

/** Checks an opened seed. @throws ERR_VERIFY_COMMITMENT, ERR_INPUT_LENGTH */
export function verifySeed(suite: Suite, owner: SeedOwner, seed: Uint8Array, commitment: Uint8Array): void {
  if (compareBytes(commitSeed(suite, owner, seed), commitment) !== 0) {
    fail('ERR_VERIFY_COMMITMENT', `expected the seed that ${owner.party} committed to`)
  }
}

/**
 * All random bytes for one purpose of one session: HKDF of the seed under `context`, then HMAC of a counter. The same seed,
 * context and purpose give the same bytes.
 *
 * @param context what the bytes are for, such as a digest of the session so far
 */
export function seededSource(
  suite: Suite,
  seed: Uint8Array,
  purpose: string,
  context: Uint8Array,
): RandomSource {
  const salt = new Writer().bytes16(utf8('mixun-joint-randomness')).bytes16(utf8(purpose)).bytes16(context)
  const key = suite.hkdfExtract(salt.finish(), seed)
  let counter = 0
  let block = new Uint8Array(0)
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; ) {
        if (block.length === 0) block = suite.hmac(key, i2osp(counter++, 8)).slice()
        const part = block.subarray(0, length - at)
        bytes.set(part, at)
        at += part.length
        block = block.subarray(part.length)
      }
      return bytes
    },
  }
}

function ownerLabel(label: string, { party, role }: SeedOwner): Uint8Array {
  return new Writer().bytes16(utf8(label)).bytes16(utf8(role)).bytes16(utf8(party)).finish()
}
