import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js'
import { type MixunError, mixunError } from '../../errors/index.ts'
import { type Channel, DEFAULT_MAX_FRAME_BYTES } from '../channel.ts'
import type { Listener } from '../connection.ts'
import type { TransportPeer } from '../framed-channel.ts'
import { transportPeer } from '../tls/transport-peer.ts'
import { secureContextOf, type TlsMaterial } from '../tls/tls-material.ts'
import { type CallMessage, ChannelCall } from './call-stream.ts'
import { IdleCalls } from './idle-calls.ts'
import {
  connectionOptions,
  framesService,
  type KeepaliveOptions,
  LIMIT_STATUS,
  TAKER_IDLE_MS,
} from './service.ts'

/** Streams that one connection may have open at a time, unless set. */
export const DEFAULT_MAX_STREAMS = 128

export interface ServeGrpcOptions extends KeepaliveOptions {
  /** Address to listen at, for example 127.0.0.1 or ::. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly tls: TlsMaterial
  readonly maxFrameBytes?: number
  readonly maxStreamsPerConnection?: number
  /** Takes a channel of an authenticated party; owns it from then on and handles its own errors. */
  readonly onChannel: (channel: Channel) => void
}

/**
 * Serves frames over mutual TLS. Only certificates of the CA connect; a stream of one that names no party is refused.
 *
 * @throws ERR_CHANNEL_TLS when the material is unusable, ERR_LISTEN_ADDRESS when the address cannot be bound
 */
export async function serveGrpc(options: ServeGrpcOptions): Promise<Listener> {
  const { tls } = options
  const server = new Server({
    ...connectionOptions(options),
    'grpc.max_concurrent_streams': options.maxStreamsPerConnection ?? DEFAULT_MAX_STREAMS,
  })
  const idle = new IdleCalls(TAKER_IDLE_MS)
  server.addService(framesService, {
    Session: (call: ServerDuplexStream<CallMessage, CallMessage>) => accept(call, idle, options),
  })
  secureContextOf(tls) // grpc-js would only fail each handshake later
  const serverCredentials = new MutualTls(tls)
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${options.port}`, serverCredentials, (cause, bound) => {
      if (cause === null) return resolve(bound)
      reject(mixunError('ERR_LISTEN_ADDRESS', `could not listen at ${host}:${options.port}`, { cause }))
    })
  })
  let closing: Promise<void> | null = null
  const close = (graceMs: number) => {
    idle.close()
    return shutDown(server, graceMs)
  }
  return { port, close: (graceMs = 2_000) => (closing ??= close(graceMs)) }
}

/** Mutual TLS 1.3. `createSsl` of grpc-js knows no version and takes 1.2 too, where a certificate travels in the clear. */
class MutualTls extends ServerCredentials {
  constructor({ ca, certificate, key }: TlsMaterial) {
    super(
      { requestCert: true, rejectUnauthorized: true },
      { ca, cert: certificate, key, minVersion: 'TLSv1.3' },
    )
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other
  }
}

function accept(
  call: ServerDuplexStream<CallMessage, CallMessage>,
  idle: IdleCalls,
  options: ServeGrpcOptions,
): void {
  let peer: TransportPeer
  try {
    peer = transportPeer(call.getAuthContext().sslPeerCertificate)
  } catch {
    call.emit('error', { code: status.UNAUTHENTICATED, details: 'expected the certificate of a party' })
    return
  }
  const accepted: ChannelCall = new ChannelCall({
    call,
    peer,
    maxFrameBytes: options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
    onChannel: channel => {
      idle.delete(accepted)
      options.onChannel(channel)
    },
    cancel: reason => call.emit('error', { code: cancelStatus(reason), details: 'the stream was cut' }),
    onIdle: () => idle.add(accepted),
  })
  call.on('end', () => idle.delete(accepted))
  call.on('cancelled', () => {
    idle.delete(accepted)
    accepted.fail(mixunError('ERR_CHANNEL_CLOSED', `${peer.peerName} or the network cut the stream`))
  })
  options.onChannel(accepted.channel as Channel)
}

function cancelStatus(reason: MixunError): status {
  return reason.code === 'ERR_LIMIT_FRAME_BYTES' ? LIMIT_STATUS : status.ABORTED
}

async function shutDown(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>(resolve => {
    const cut = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, graceMs)
    server.tryShutdown(() => {
      clearTimeout(cut)
      resolve()
    })
  })
}
