import { concat, utf8 } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { type Element, type Group, ristretto255, type Scalar, sm2 } from '../group/index.ts'
import type { SuiteId } from '../suite/index.ts'

/**
 * Pedersen commitments to whole numbers: `C = v·G + r·H`. Perfectly hiding; binding under the discrete logarithm of H,
 * which nobody knows: H is a hash. Commitments add up as their values and blindings do. Not constant time in the value: how
 * many bits it has, and how many of them are set, shows to who can time the committing party.
 *
 * T. P. Pedersen, "Non-Interactive and Information-Theoretic Secure Verifiable Secret Sharing", CRYPTO '91, section 3.
 */
export interface PedersenCommitments {
  readonly group: Group
  /** H. */
  readonly second: Element
  /**
   * @param value a safe integer, 0 or more
   * @throws ERR_INPUT_RANGE for another value, or a blinding of zero
   */
  commit(value: number, blinding: Scalar): Element
}

const SECOND_GENERATOR = utf8('second generator')

function pedersen(group: Group): PedersenCommitments {
  const dst = concat(utf8('mixun-pedersen-1-'), utf8(group.id))
  const second = group.hashToGroup(SECOND_GENERATOR, dst)
  return {
    group,
    second,
    commit(value, blinding) {
      if (!Number.isSafeInteger(value) || value < 0) {
        fail('ERR_INPUT_RANGE', 'expected a whole number to commit to, 0 or more')
      }
      const hiding = group.multiply(second, blinding)
      return value === 0 ? hiding : group.add(group.multiplyBase(scalarOf(group, value)), hiding)
    },
  }
}

/** By doubling, so that it serves groups of either byte order. */
function scalarOf(group: Group, value: number): Scalar {
  const some = group.hashToScalar(SECOND_GENERATOR, utf8('mixun-pedersen-1-one'))
  let power = group.multiplyScalars(some, group.invertScalar(some))
  let sum = group.subtractScalars(power, power)
  for (let left = BigInt(value); left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) sum = group.addScalars(sum, power)
    power = group.addScalars(power, power)
  }
  return sum
}

const bySuite = new Map<SuiteId, PedersenCommitments>()

/** The commitments of a suite: ristretto255 in `intl`, SM2 in `sm`. */
export function pedersenOf(suite: SuiteId): PedersenCommitments {
  const made = bySuite.get(suite) ?? pedersen(suite === 'sm' ? sm2 : ristretto255)
  bySuite.set(suite, made)
  return made
}
