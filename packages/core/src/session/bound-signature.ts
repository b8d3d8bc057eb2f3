import { concat } from '../bytes/index.ts'
import { signFor, verifyFor } from '../suite/index.ts'
import type { Identity, Peer } from './identity.ts'

/**
 * Signs for one purpose in one session: the signature covers the digest of the signed hello, and so the session id,
 * both parties, the protocol, its parameters and the dataset. It means nothing in another session.
 */
export function signInSession(
  identity: Identity,
  helloDigest: Uint8Array,
  purpose: string,
  message: Uint8Array,
): Uint8Array {
  return signFor(identity.signingKey, `session/${purpose}`, concat(helloDigest, message))
}

/** Checks a signature of {@link signInSession}. @throws ERR_VERIFY_SIGNATURE */
export function verifyInSession(
  identity: Identity,
  peer: Peer,
  helloDigest: Uint8Array,
  purpose: string,
  message: Uint8Array,
  signature: Uint8Array,
): void {
  verifyFor(identity.suite, peer.publicKey, `session/${purpose}`, concat(helloDigest, message), signature)
}
