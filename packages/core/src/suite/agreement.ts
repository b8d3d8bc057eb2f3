import { fail } from '../errors/index.ts'
import type { RandomSource } from '../random/index.ts'
import { type Sm2Agreement, Sm2PrivateKey, Sm2PublicKey, sm2Agree } from '../sm/index.ts'

/** The other side of a key agreement. */
export interface AgreementPeer {
  /** Its static key, as the member registry holds it. */
  readonly publicKey: Uint8Array
  /** What it sent for this run; from outside. */
  readonly ephemeralKey: Uint8Array
  /** The id that its static key goes into the agreement with. */
  readonly userId: Uint8Array
}

/** One run of a key agreement in which a signing key takes part as the static key, without leaving its owner. */
export interface KeyAgreement {
  /** The fresh public key to send; compressed, 33 bytes. */
  readonly ephemeralKey: Uint8Array
  /**
   * K and both confirmations. Checks the peer's points before a secret is touched. Serves once.
   *
   * @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_AGREEMENT_DEGENERATE, ERR_STATE_CONSUMED
   */
  agree(peer: AgreementPeer): Sm2Agreement
}

/** What begins a key agreement: who is who, and the randomness of the ephemeral key. */
export interface AgreementStart {
  /** A of the standard is the initiator. */
  readonly role: 'initiator' | 'responder'
  readonly userId: Uint8Array
  readonly random: RandomSource
}

const COMPRESSED_BYTES = 33

/** Bytes of K. */
const KEY_BYTES = 32

/** Starts a run of GB/T 32918.3 for the owner of `key`: steps A1 to A3, or B1 and B2. */
export function startSm2Agreement(key: Sm2PrivateKey, start: AgreementStart): KeyAgreement {
  const { arithmetic } = key.publicKey
  const { role, userId } = start
  let ephemeralKey: Sm2PrivateKey | null = Sm2PrivateKey.generate(arithmetic, start.random)
  const point = (bytes: Uint8Array): Sm2PublicKey => {
    // One form a point, so that the bytes of a run are one string on both sides.
    if (bytes.length !== COMPRESSED_BYTES) {
      fail(
        'ERR_DECODE_LENGTH',
        `expected a compressed point of ${COMPRESSED_BYTES} bytes, found ${bytes.length}`,
      )
    }
    return Sm2PublicKey.decode(arithmetic, bytes)
  }
  return {
    ephemeralKey: ephemeralKey.publicKey.encode('compressed'),
    agree(peer) {
      if (ephemeralKey === null) return fail('ERR_STATE_CONSUMED', 'a key agreement serves one run')
      const checked = {
        publicKey: point(peer.publicKey),
        ephemeralKey: point(peer.ephemeralKey),
        userId: peer.userId,
      }
      const own = ephemeralKey
      ephemeralKey = null
      return sm2Agree({ role, key, ephemeralKey: own, userId, peer: checked, keyBytes: KEY_BYTES })
    },
  }
}
