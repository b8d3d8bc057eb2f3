import { utf8, wipe } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { Element, Scalar } from '@mixun/core/group'
import { hashInput } from './context.ts'
import type { OprfMode, OprfSuite } from './params.ts'

/**
 * The pseudorandom function itself, by who holds the key: Evaluate of RFC 9497 section 3.3.1. Input and output are
 * secret; `hashBytes` bytes.
 *
 * @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE as {@link hashInput}
 */
export function evaluateInput(
  suite: OprfSuite,
  mode: OprfMode,
  secretKey: Scalar,
  input: Uint8Array,
): Uint8Array {
  return outputHash(suite, input, suite.group.multiply(hashInput(suite, mode, input), secretKey))
}

/**
 * The last part of Finalize (RFC 9497 sections 3.3.1 and 3.3.2): removes the blind and hashes. The evaluation must be
 * verified before. Input, blind and output are secret.
 */
export function unblindAndHash(
  suite: OprfSuite,
  input: Uint8Array,
  blind: Scalar,
  evaluatedElement: Element,
): Uint8Array {
  const { group } = suite
  return outputHash(suite, input, group.multiply(evaluatedElement, group.invertScalar(blind)))
}

function outputHash(suite: OprfSuite, input: Uint8Array, unblinded: Element): Uint8Array {
  const element = suite.group.encodeElement(unblinded)
  const message = new Writer().bytes16(input).bytes16(element).raw(utf8('Finalize')).finish()
  const output = suite.hash(message)
  wipe(message, element)
  return output
}
