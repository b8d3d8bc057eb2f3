import type { TlsMaterial } from '../tls/tls-material.ts'

/** What both ends of a WebSocket take. */
export interface WebSocketOptions {
  readonly tls: TlsMaterial
  readonly maxFrameBytes?: number
  /** Silence on an open channel before a ping, in milliseconds; default 10,000. */
  readonly keepaliveMs?: number
  /** How long the answer to a ping may take, in milliseconds; default 5,000. */
  readonly keepaliveTimeoutMs?: number
}

export const DEFAULT_KEEPALIVE_MS = 10_000
export const DEFAULT_KEEPALIVE_TIMEOUT_MS = 5_000

/** An opener drops a socket that was idle for so long; its taker waits longer, so that it rarely drops one in use. */
export const OPENER_IDLE_MS = 30_000
export const TAKER_IDLE_MS = 60_000
