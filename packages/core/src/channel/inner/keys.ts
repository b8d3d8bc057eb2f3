import { concat, utf8, wipe } from '../../bytes/index.ts'
import type { Suite } from '../../suite/index.ts'
import { Transcript } from '../../transcript/index.ts'

const KEY_BYTES = 32
const DOMAIN = 'inner-channel-1'

/** What a full handshake leaves: a key for each direction, and what later channels resume from. All but ids secret. */
export interface AgreedKeys {
  readonly initiator: Uint8Array
  readonly responder: Uint8Array
  readonly ticketId: Uint8Array
  readonly ticketSecret: Uint8Array
}

/**
 * The keys of a full handshake, in the manner of RFC 8446 section 7.1: extracted from K under the digest of every byte
 * of the handshake (which hold both party ids), expanded by role and use. Wipes `agreed`.
 *
 * @param agreed K of the key agreement, 32 bytes
 * @param frames opening, answer and S_A as they went over the wire
 */
export function agreedKeys(suite: Suite, agreed: Uint8Array, frames: readonly [...Uint8Array[]]): AgreedKeys {
  const transcript = new Transcript(suite, DOMAIN)
  for (const frame of frames) transcript.absorb('handshake', frame)
  const prk = suite.hkdfExtract(transcript.digest(), agreed)
  const keys = {
    initiator: expand(suite, prk, 'initiator', KEY_BYTES),
    responder: expand(suite, prk, 'responder', KEY_BYTES),
    ticketId: expand(suite, prk, 'ticket id', 16),
    ticketSecret: expand(suite, prk, 'ticket secret', KEY_BYTES),
  }
  wipe(prk)
  wipe(agreed)
  return keys
}

/** The secret of one resumed channel: of the ticket's secret and the initiator's opening, whose use number is its own. */
export function resumedSecret(suite: Suite, ticketSecret: Uint8Array, opening: Uint8Array): Uint8Array {
  return expand(suite, ticketSecret, 'resumed', KEY_BYTES, opening)
}

/** The initiator's key of a resumed channel: known before the responder said a word. */
export function resumedInitiatorKey(suite: Suite, secret: Uint8Array): Uint8Array {
  return expand(suite, secret, 'initiator', KEY_BYTES)
}

/** The responder's key of a resumed channel: its fresh nonce keeps a replayed opening from repeating a key. */
export function resumedResponderKey(suite: Suite, secret: Uint8Array, nonce: Uint8Array): Uint8Array {
  return expand(suite, secret, 'responder', KEY_BYTES, nonce)
}

function expand(
  suite: Suite,
  prk: Uint8Array,
  label: string,
  length: number,
  context: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return suite.hkdfExpand(prk, concat(utf8(`mixun-${DOMAIN}\0${label}\0`), context), length)
}
