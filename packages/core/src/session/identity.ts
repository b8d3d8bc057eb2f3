import type { SigningKey, Suite } from '../suite/index.ts'

/** A party as itself: its id and its signing key. */
export interface Identity {
  readonly partyId: string
  readonly suite: Suite
  readonly signingKey: SigningKey
}

/** Another party as the member registry knows it. */
export interface Peer {
  readonly partyId: string
  readonly publicKey: Uint8Array
}
