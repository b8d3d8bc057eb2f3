import type { Element } from '@mixun/core/group'

/** Sender to receiver: A = a·G, one for the batch. */
export interface SenderMessage {
  readonly element: Element
}

/** A programmable-once public function: two points come out of it, of which its maker chose one. */
export interface Popf {
  /** s, 48 bytes. */
  readonly string: Uint8Array
  /** T */
  readonly element: Element
  /** T as it is on the wire; kept, for four hashes take it and encoding costs a square root. */
  readonly encodedElement: Uint8Array
}

/** Receiver to sender: one function an instance. */
export interface ReceiverMessage {
  readonly popfs: readonly Popf[]
}
