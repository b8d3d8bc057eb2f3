/** Protocol id of the hello. */
export const LEDGER_PROTOCOL = 'ledger'

/** Parameter-set id of the hello: version 2 of the requests and answers. */
export const LEDGER_PARAMETERS = 'ledger_v2'

/** A page of entries ends with the entry that makes it this large, in bytes; so a page fits a frame of 1 MiB. */
export const MAX_PAGE_BYTES = 262_144

/** Most entries of a page. */
export const MAX_PAGE_ENTRIES = 512

/** Entries that are read at a time while a page fills. */
export const PIECE_ENTRIES = 16

/** Requests of one session that are worked on at a time; more wait in the channel. */
export const MAX_REQUESTS_IN_FLIGHT = 32

/** Default for `requestTimeoutMs`: how long a request waits for its answer, in milliseconds. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000
