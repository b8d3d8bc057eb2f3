import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { PsiOffer, PsiVariant } from './messages.ts'
import { MAX_LABEL_BYTES, MAX_PSI_ITEMS } from './params.ts'

/** Version of the messages; another one is refused. */
export const PSI_VERSION = 1

const VARIANTS: readonly PsiVariant[] = ['items', 'labels', 'cardinality']

/** Version (1) ‖ variant (1) ‖ count (4) ‖ bytes of a label (4). */
export function encodeOffer({ variant, count, labelBytes }: PsiOffer): Uint8Array {
  return new Writer()
    .uint8(PSI_VERSION)
    .uint8(VARIANTS.indexOf(variant))
    .uint32(count)
    .uint32(labelBytes)
    .finish()
}

/** @throws ERR_PSI_HANDSHAKE for another version, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA */
export function decodeOffer(bytes: Uint8Array): PsiOffer {
  const reader = new Reader(bytes)
  const version = reader.uint8()
  if (version !== PSI_VERSION) {
    fail('ERR_PSI_HANDSHAKE', `expected version ${PSI_VERSION} of PSI, found ${version}`)
  }
  const variant = VARIANTS[reader.uint8()]
  const count = reader.uint32()
  const labelBytes = reader.uint32()
  reader.end()
  if (variant === undefined) fail('ERR_DECODE_SCHEMA', 'expected a variant of PSI')
  if (variant !== 'labels' && labelBytes !== 0)
    fail('ERR_DECODE_SCHEMA', 'expected labels where there are some')
  if (count > MAX_PSI_ITEMS || labelBytes > MAX_LABEL_BYTES) {
    fail(
      'ERR_DECODE_SCHEMA',
      `expected at most ${MAX_PSI_ITEMS} items and ${MAX_LABEL_BYTES} bytes of a label`,
    )
  }
  return { variant, count, labelBytes }
}
