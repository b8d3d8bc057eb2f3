import type { Channel, WaitOptions } from './channel.ts'

/** A way to one party, made when first needed and again after it broke. */
export interface Connection {
  readonly peerName: string
  /**
   * Opens a channel; `options.signal` ends the wait for the connection only.
   *
   * @throws ERR_CHANNEL_CLOSED when the peer cannot be reached, ERR_CHANNEL_TLS when either certificate is refused,
   * ERR_CHANNEL_TIMEOUT, ERR_CHANNEL_ABORTED
   */
  open(options?: WaitOptions): Promise<Channel>
  /** No more channels; open ones may run to their end for `graceMs` (default 10,000), then are cut. Idempotent. */
  close(graceMs?: number): void
}

/** What takes channels from other parties. */
export interface Listener {
  readonly port: number
  /** Takes no more channels, lets open ones end for `graceMs` (default 2,000), then cuts them. Idempotent. */
  close(graceMs?: number): Promise<void>
}
