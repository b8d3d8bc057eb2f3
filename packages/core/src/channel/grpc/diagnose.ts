import { connect, type SecureContext, type TLSSocket } from 'node:tls'
import { type MixunError, mixunError } from '../../errors/index.ts'

/** Errors of a connection that ended before the handshake did. */
const HANG_UPS = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

export interface Handshake {
  readonly host: string
  readonly port: number
  readonly servername: string
  readonly peerName: string
  readonly secureContext: SecureContext
  readonly checkServerIdentity: (host: string, certificate: { subjectaltname?: string }) => Error | undefined
  readonly timeoutMs: number
}

/**
 * Why a connection could not be made. grpc-js only has a text for it, so one more handshake is made with Node's own
 * TLS, which tells a network failure from a refused certificate. A server that checks certificates after the handshake
 * hangs up without a word; a healthy one speaks first (HTTP/2 SETTINGS).
 */
export function diagnose(handshake: Handshake): Promise<MixunError> {
  const { host, port, peerName } = handshake
  const where = `${peerName} at ${host}:${port}`
  const closed = (reason: string) =>
    mixunError('ERR_CHANNEL_CLOSED', `could not connect to ${where}: ${reason}`, { details: { reason } })
  const refused = (reason: string) =>
    mixunError('ERR_CHANNEL_TLS', `TLS handshake with ${where} failed: ${reason}`, { details: { reason } })
  return new Promise(resolve => {
    let stage: 'network' | 'handshake' | 'established' = 'network'
    const socket: TLSSocket = connect({ ...handshake, ALPNProtocols: ['h2'], timeout: handshake.timeoutMs })
    const finish = (error: MixunError) => {
      socket.destroy()
      resolve(error)
    }
    socket.on('connect', () => (stage = 'handshake'))
    socket.on('secureConnect', () => (stage = 'established'))
    socket.on('data', () => finish(closed('the connection broke')))
    socket.on('timeout', () => finish(mixunError('ERR_CHANNEL_TIMEOUT', `no answer from ${where}`)))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code ?? error.message
      const isNetwork = stage === 'network' || (stage === 'handshake' && HANG_UPS.has(reason))
      finish(isNetwork ? closed(reason) : refused(reason))
    })
    socket.on('close', () =>
      finish(
        stage === 'established' ? refused('the peer refused our certificate') : closed('the peer hung up'),
      ),
    )
  })
}
