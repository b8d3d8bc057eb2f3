import { concat, utf8 } from '@mixun/core/bytes'
import type { SuiteId } from '@mixun/core/suite'

/** A signature type for each suite. */
export type SignatureTypes = Readonly<Record<SuiteId, Uint8Array>>

/**
 * The signature type of a suite's notes, as C2SP signed-note v1.0.0 has it in key ids and verifier keys.
 *
 * - `intl`: 0x01, plain Ed25519 over the note text; any C2SP verifier reads these notes.
 * - `sm`: C2SP assigns SM2 no byte, so the type is 0xff, which it reserves for that, and a longer identifier behind it:
 *   0xff ‖ `mixun.dev/sm2-sm3`. Such a signature is r ‖ s, 64 bytes, SM2 with SM3 (GB/T 32918.2-2016) over the note
 *   text under the user id of GM/T 0009; its public key is a compressed point, 33 bytes. The root in such a checkpoint
 *   is that of the RFC 9162 tree with SM3. Verifiers that do not know the type skip the line as one of an unknown key.
 */
export const SIGNATURE_TYPES: SignatureTypes = {
  intl: Uint8Array.of(0x01),
  sm: concat(Uint8Array.of(0xff), utf8('mixun.dev/sm2-sm3')),
}

/**
 * The types of cosignatures (C2SP tlog-cosignature): 0x04 for timestamped Ed25519; in suite `sm` the same message and
 * layout with SM2 under 0xff ‖ `mixun.dev/sm2-sm3-cosignature`.
 */
export const COSIGNATURE_TYPES: SignatureTypes = {
  intl: Uint8Array.of(0x04),
  sm: concat(Uint8Array.of(0xff), utf8('mixun.dev/sm2-sm3-cosignature')),
}
