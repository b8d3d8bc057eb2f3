import { utf8, wipe } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { type Element, requireConstantTime, type Scalar, type SecretScalarOptions } from '@mixun/core/group'
import { hashInput } from './context.ts'
import type { OprfMode, OprfSuite } from './params.ts'

/**
 * The pseudorandom function itself, by who holds the key: Evaluate of RFC 9497 section 3.3.1. Input and output are
 * secret; `hashBytes` bytes.
 *
 * @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE as {@link hashInput}, ERR_KERNEL_VARIABLE_TIME
 */
export function evaluateInput(
  suite: OprfSuite,
  mode: OprfMode,
  secretKey: Scalar,
  input: Uint8Array,
  options: SecretScalarOptions = {},
): Uint8Array {
  return evaluateInputs(suite, mode, secretKey, [input], options)[0] as Uint8Array
}

/** {@link evaluateInput} of many inputs, in less time than one by one. */
export function evaluateInputs(
  suite: OprfSuite,
  mode: OprfMode,
  secretKey: Scalar,
  inputs: readonly Uint8Array[],
  options: SecretScalarOptions = {},
): Uint8Array[] {
  const { group } = suite
  requireConstantTime(group, options)
  const hashed = inputs.map(input => hashInput(suite, mode, input))
  const encoded = group.encodeElementBatch(group.multiplyBatch(hashed, secretKey))
  return inputs.map((input, i) => outputHash(suite, input, encoded[i] as Uint8Array))
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
  const unblinded = group.multiply(evaluatedElement, group.invertScalar(blind))
  return outputHash(suite, input, group.encodeElement(unblinded))
}

/** The output for an input from its verified evaluation `k · H(x)`, which was never blinded. Secret. */
export function hashEvaluation(suite: OprfSuite, input: Uint8Array, evaluated: Element): Uint8Array {
  return outputHash(suite, input, suite.group.encodeElement(evaluated))
}

/** Wipes `element`, an encoding. */
function outputHash(suite: OprfSuite, input: Uint8Array, element: Uint8Array): Uint8Array {
  const message = new Writer().bytes16(input).bytes16(element).raw(utf8('Finalize')).finish()
  const output = suite.hash(message)
  wipe(message, element)
  return output
}
