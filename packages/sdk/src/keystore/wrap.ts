import { utf8, wipe } from '@mixun/core/bytes'
import type { RandomSource } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'
import { encodeHeader, encodeKeyFile, type KeyFile, type KeyFileHeader } from './key-file-codec.ts'

/**
 * The file that holds `secret` under `wrapping`. The file's own key is HKDF(salt, wrapping), so each salt has one key and
 * each key one nonce; the whole header is associated data. The caller wipes both secrets.
 */
export function wrapKey(
  suite: Suite,
  wrapping: Uint8Array,
  header: KeyFileHeader,
  secret: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const nonce = random.bytes(suite.aeadNonceBytes)
  const wrapped = withFileKey(suite, wrapping, header, key =>
    suite.seal(key, nonce, secret, encodeHeader(header)),
  )
  return encodeKeyFile({ header, nonce, wrapped })
}

/** The secret in a file; the caller wipes it. @throws ERR_VERIFY_OPEN, ERR_INPUT_LENGTH, ERR_DECODE_LENGTH */
export function unwrapKey(
  suite: Suite,
  wrapping: Uint8Array,
  { header, nonce, wrapped }: KeyFile,
): Uint8Array {
  return withFileKey(suite, wrapping, header, key => suite.open(key, nonce, wrapped, encodeHeader(header)))
}

function withFileKey<T>(
  suite: Suite,
  wrapping: Uint8Array,
  header: KeyFileHeader,
  use: (key: Uint8Array) => T,
): T {
  const prk = suite.hkdfExtract(header.salt, wrapping)
  const key = suite.hkdfExpand(prk, utf8('mixun-key-1 wrap'), suite.aeadKeyBytes)
  try {
    return use(key)
  } finally {
    wipe(prk, key)
  }
}
