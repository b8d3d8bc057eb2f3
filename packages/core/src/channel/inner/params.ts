/** Version of the inner channel's frames. */
export const INNER_VERSION = 1

/** Key agreement and record protection; goes on the wire and into the key schedule. */
export const INNER_PARAMETERS = 'inner_sm2_sm4ctr-hmacsm3'

/** Id of a resumption secret. */
export const TICKET_ID_BYTES = 16

/** Fresh randomness of each side in a resumed channel. */
export const NONCE_BYTES = 16

/** How long a resumption secret lives, on either side, in milliseconds. */
export const TICKET_LIFE_MS = 600_000

/** Channels that one resumption secret serves. */
export const TICKET_USES = 65_536

/** Resumption secrets that one party keeps; the least recently used goes first. 8 KiB each at the responder. */
export const MAX_TICKETS = 1_024

/** Resumption secrets that a responder keeps of one party, so that no party can push out all others'. */
export const MAX_TICKETS_PER_PARTY = 16

/**
 * What an initiator sends in a resumed channel before the responder accepted it: records of so many bytes, but at least
 * one, and so many records. It holds them to send them again when the responder does not know the secret.
 */
export const HELD_BYTES = 262_144
export const HELD_RECORDS = 16
