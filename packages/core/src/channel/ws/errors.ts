import { type MixunError, mixunError } from '../../errors/index.ts'

/** Close codes of RFC 6455 section 7.4.1. */
export const CloseCode = { normal: 1000, goingAway: 1001, policy: 1008, tooBig: 1009 } as const

/** What an open socket that broke says. */
export function socketError(cause: Error & { readonly code?: string }, peerName: string): MixunError {
  if (cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return mixunError('ERR_LIMIT_FRAME_BYTES', `${peerName} sent a message above the size of a piece`, {
      cause,
    })
  }
  return mixunError('ERR_CHANNEL_CLOSED', `the socket to ${peerName} broke`, { cause })
}

/** What the close of a socket says. */
export function closeError(code: number, peerName: string): MixunError {
  return code === CloseCode.tooBig
    ? mixunError('ERR_LIMIT_FRAME_BYTES', `${peerName} refused a frame as too large`)
    : mixunError('ERR_CHANNEL_CLOSED', `${peerName} or the network closed the socket`)
}

/** Errors of a connection that ended before the handshake did. */
const NETWORK_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EADDRNOTAVAIL',
])

/** How far a dialling came when it failed. */
export interface DialState {
  /** The TLS handshake was complete on this side. */
  readonly isSecured: boolean
  readonly isLate: boolean
  /** The connection was closed on this side meanwhile. */
  readonly isClosed: boolean
}

/** Why a socket could not be made. @param where party and address */
export function dialError(
  where: string,
  cause: Error & { readonly code?: string },
  { isSecured, isLate, isClosed }: DialState,
): MixunError {
  const reason = cause.code ?? cause.message
  const details = { reason }
  if (isClosed) return mixunError('ERR_CHANNEL_CLOSED', `the connection to ${where} was closed on this side`)
  if (isLate) return mixunError('ERR_CHANNEL_TIMEOUT', `no answer from ${where}`, { cause })
  // A server that refuses our certificate says so after the handshake, or hangs up without a word.
  if (isSecured) return mixunError('ERR_CHANNEL_TLS', `${where} refused our certificate`, { cause, details })
  if (NETWORK_ERRORS.has(reason) || cause.message.includes('before secure TLS connection')) {
    return mixunError('ERR_CHANNEL_CLOSED', `could not connect to ${where}: ${reason}`, { cause, details })
  }
  return mixunError('ERR_CHANNEL_TLS', `TLS handshake with ${where} failed: ${reason}`, { cause, details })
}
