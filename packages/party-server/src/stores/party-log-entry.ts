/** An evaluation is asked, answered or refused; a row is opened to its inquirer. */
export const PARTY_LOG_EVENTS = ['asked', 'answered', 'refused', 'opened'] as const

/** What a party did as a provider. Ids, digests and codes only: never a subject, never a record. */
export interface PartyLogEvent {
  readonly inquirer: string
  readonly class: string
  readonly epoch: number
  readonly sessionId: Uint8Array
  readonly intentId: Uint8Array | null
  readonly requestDigest: Uint8Array | null
  readonly code: string | null
}

/** A row of the log as read back. */
export interface PartyLogEntry extends PartyLogEvent {
  readonly sequence: number
  readonly at: number
  readonly event: (typeof PARTY_LOG_EVENTS)[number]
}
