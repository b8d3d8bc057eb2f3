import { concat, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Element, Scalar } from '@mixun/core/group'
import { MAX_INPUT_BYTES, type OprfMode, type OprfSuite } from './params.ts'

const MODE = { oprf: 0, voprf: 1 } as const

/** RFC 9497 section 3.1, CreateContextString. */
export function contextString(suite: OprfSuite, mode: OprfMode): Uint8Array {
  return concat(utf8('OPRFV1-'), Uint8Array.of(MODE[mode]), utf8(`-${suite.identifier}`))
}

/**
 * HashToGroup under the context of suite and mode (RFC 9497 section 4). The input is secret.
 *
 * @throws ERR_INPUT_LENGTH above {@link MAX_INPUT_BYTES}, ERR_INPUT_RANGE when it hits the identity (probability 2^-252)
 */
export function hashInput(suite: OprfSuite, mode: OprfMode, input: Uint8Array): Element {
  if (input.length > MAX_INPUT_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected an input of at most ${MAX_INPUT_BYTES} bytes, found ${input.length}`)
  }
  return suite.group.hashToGroup(input, concat(utf8('HashToGroup-'), contextString(suite, mode)))
}

/** HashToScalar under the context of suite and mode (RFC 9497 section 4). */
export function hashToScalar(suite: OprfSuite, mode: OprfMode, message: Uint8Array): Scalar {
  return suite.group.hashToScalar(message, concat(utf8('HashToScalar-'), contextString(suite, mode)))
}
