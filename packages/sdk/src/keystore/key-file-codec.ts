import { z } from 'zod'
import { compareBytes, utf8 } from '@mixun/core/bytes'
import { binary, partyId, recordCodec, text, uint, unixMs } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { SUITE_IDS, suiteById } from '@mixun/core/suite'
import { KEY_KINDS } from './key-name.ts'

const MAX_SECRET_BYTES = 16_384

const headerSchema = z.strictObject({
  format: z.literal('mixun-key-1'),
  kind: z.enum(KEY_KINDS),
  class: z.enum(['A', 'B', 'C']).nullable(),
  epoch: uint().min(1).nullable(),
  suite: z.enum(SUITE_IDS),
  partyId,
  /** Random id of the key store: files of another store are told apart from damaged ones. */
  keyStore: binary(16),
  createdAt: unixMs,
  publicKey: binary(32, 65).nullable(),
  /** How the wrapping key comes about: `hkdf` from the master key; for that, from the passphrase, or `none`. */
  derivation: text(40),
  salt: binary(32),
})

const bodySchema = z.strictObject({
  header: headerSchema,
  nonce: binary(12, 16),
  /** The secret, encrypted and authenticated together with the header. */
  wrapped: binary(17, MAX_SECRET_BYTES),
})

/** All of a key file that is not secret; authenticated as the associated data of what is wrapped. */
export type KeyFileHeader = z.infer<typeof headerSchema>
/** A key file, checked against accidents but not opened. */
export type KeyFile = z.infer<typeof bodySchema>

const headerCodec = recordCodec('key file header', headerSchema, 1_024)
const bodyCodec = recordCodec('key file body', bodySchema, MAX_SECRET_BYTES + 1_024)
const fileCodec = recordCodec(
  'key file',
  z.strictObject({
    body: bodySchema,
    /** Hash of the body. Finds accidents, so that what does not open for all that had the wrong passphrase. */
    checksum: binary(32),
  }),
  MAX_SECRET_BYTES + 2_048,
)

export const encodeHeader = (header: KeyFileHeader): Uint8Array => headerCodec.encode(header)

export function encodeKeyFile(body: KeyFile): Uint8Array {
  return fileCodec.encode({ body, checksum: checksumOf(body) })
}

/** @throws ERR_KEY_FILE naming `file` */
export function decodeKeyFile(file: string, bytes: Uint8Array): KeyFile {
  if (isBareKey(bytes)) {
    fail('ERR_KEY_FILE', `${file}: a bare key; keys lie wrapped now, make a new home with mixun init`)
  }
  const { body, checksum } = decodeOrFail(file, bytes)
  if (compareBytes(checksum, checksumOf(body)) !== 0) {
    fail('ERR_KEY_FILE', `${file}: damaged, its checksum does not fit`)
  }
  return body
}

function decodeOrFail(file: string, bytes: Uint8Array): { body: KeyFile; checksum: Uint8Array } {
  try {
    return fileCodec.decode(bytes)
  } catch (cause) {
    return fail('ERR_KEY_FILE', `${file}: expected a key file, found it truncated or damaged`, { cause })
  }
}

function checksumOf(body: KeyFile): Uint8Array {
  return suiteById(body.header.suite).hash(utf8('mixun-key-1 checksum\0'), bodyCodec.encode(body))
}

function isBareKey(bytes: Uint8Array): boolean {
  return /^(?:[0-9a-f]{64}\s*$|-----BEGIN )/.test(Buffer.from(bytes.subarray(0, 80)).toString('latin1'))
}
