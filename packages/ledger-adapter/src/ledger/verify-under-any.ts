import { fail, MixunError } from '@mixun/core/errors'

/**
 * Verifies what a member signed at some time, under one of the keys that it had then (`signingKeysSince`).
 *
 * @param verify throws unless the signature holds under this key
 * @throws what `verify` threw under the newest key, when it holds under none; ERR_VERIFY_SIGNATURE for no key
 */
export function verifyUnderAny<T>(keys: readonly Uint8Array[], verify: (publicKey: Uint8Array) => T): T {
  let newest: MixunError | null = null
  for (const publicKey of keys) {
    try {
      return verify(publicKey)
    } catch (error) {
      if (!(error instanceof MixunError)) throw error
      newest ??= error
    }
  }
  if (newest !== null) throw newest
  return fail('ERR_VERIFY_SIGNATURE', 'expected a signature of a member')
}
