import { concat, utf8 } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { intl } from './intl.ts'
import { sm } from './sm.ts'
import type { SigningKey, Suite } from './suite.ts'
import { verifyOnce } from './verify-once.ts'

/** Signs `message` for one purpose: the signature covers `mixun-sign-1 ‖ 0 ‖ purpose ‖ 0 ‖ message`. */
export function signFor(key: SigningKey, purpose: string, message: Uint8Array): Uint8Array {
  return key.sign(signedBytes(purpose, message))
}

/** Checks a signature of {@link signFor}. @throws ERR_VERIFY_SIGNATURE */
export function verifyFor(
  suite: Suite,
  publicKey: Uint8Array,
  purpose: string,
  message: Uint8Array,
  signature: Uint8Array,
): void {
  verifyOnce(suite, publicKey, signedBytes(purpose, message), signature)
}

function signedBytes(purpose: string, message: Uint8Array): Uint8Array {
  // A zero byte ends the purpose; one inside would let two purposes share a signature.
  if (purpose.includes('\0')) fail('ERR_INPUT_RANGE', 'expected a purpose without a zero byte')
  return concat(utf8(`mixun-sign-1\0${purpose}\0`), message)
}

/** The suite of this id. @throws ERR_PARAMETER_UNKNOWN */
export function suiteById(id: string): Suite {
  for (const suite of [intl, sm]) if (suite.id === id) return suite
  return fail('ERR_PARAMETER_UNKNOWN', `expected suite intl or sm, found ${JSON.stringify(id.slice(0, 40))}`)
}
