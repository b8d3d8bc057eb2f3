/** Frames and bytes of application payload that went through a channel, each way. */
export interface ChannelCounters {
  readonly sentFrames: number
  readonly sentBytes: number
  readonly receivedFrames: number
  readonly receivedBytes: number
}

/** Options of whatever waits: aborting `signal` ends the wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal
}

/** Default for {@link Channel.maxFrameBytes}: 1 MiB. */
export const DEFAULT_MAX_FRAME_BYTES = 1_048_576

/**
 * Ordered, reliable frames between two parties. Implementations: memory, gRPC stream. All pass the compliance suite
 * in `@mixun/core/testing`.
 */
export interface Channel {
  readonly maxFrameBytes: number
  readonly counters: ChannelCounters
  /** The party named by the peer's transport certificate; undefined where the transport has none. */
  readonly peerName: string | undefined
  /** SHA-256 of the peer's transport certificate, its fingerprint; known at the side that was dialled. */
  readonly peerCertificateDigest?: Uint8Array | undefined

  /**
   * Sends one frame; resolves when the transport takes more (back-pressure). A frame that was on its way when the
   * signal fired may still arrive, whole.
   *
   * @throws ERR_LIMIT_FRAME_BYTES (nothing is sent), ERR_CHANNEL_CLOSED, ERR_CHANNEL_ABORTED, ERR_CHANNEL_TIMEOUT
   */
  send(frame: Uint8Array, options?: WaitOptions): Promise<void>

  /**
   * Takes the next frame, in order. Frames that arrived before the peer closed are still delivered.
   *
   * @throws ERR_CHANNEL_CLOSED at the end, ERR_CHANNEL_ABORTED, ERR_CHANNEL_TIMEOUT, ERR_LIMIT_FRAME_BYTES when the
   * peer's frame is too large or ERR_DECODE_LENGTH when it is malformed (the channel is then closed)
   */
  receive(options?: WaitOptions): Promise<Uint8Array>

  /**
   * Ends the sending side after what was sent, without waiting for the peer; this side may still receive. Both sides
   * close or abort in the end. Idempotent.
   */
  close(): Promise<void>

  /**
   * Tears the channel down at once: calls of this side fail with ERR_CHANNEL_CLOSED, those of the peer as soon as it
   * hears of it. Idempotent.
   */
  abort(): void
}
