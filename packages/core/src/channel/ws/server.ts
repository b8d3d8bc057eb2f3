import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'
import { mixunError } from '../../errors/index.ts'
import { type Channel, DEFAULT_MAX_FRAME_BYTES } from '../channel.ts'
import type { Listener } from '../connection.ts'
import { partyNamed } from '../tls/party-name.ts'
import { secureContextOf } from '../tls/tls-material.ts'
import { transportPeer } from '../tls/transport-peer.ts'
import {
  DEFAULT_KEEPALIVE_MS,
  DEFAULT_KEEPALIVE_TIMEOUT_MS,
  TAKER_IDLE_MS,
  type WebSocketOptions,
} from './options.ts'
import { ChannelSocket } from './socket.ts'
import { MAX_MESSAGE_BYTES, PATH, SUBPROTOCOL } from './wire.ts'

/** Sockets that one party may have open at a time, unless set. */
export const DEFAULT_MAX_SOCKETS = 128

/** How long a stranger may take for TLS and the upgrade, in milliseconds. */
const HANDSHAKE_MS = 10_000

export interface ServeWebSocketOptions extends WebSocketOptions {
  /** Address to listen at, for example 127.0.0.1 or ::. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly maxSocketsPerParty?: number
  /** Takes a channel of an authenticated party; owns it from then on and handles its own errors. */
  readonly onChannel: (channel: Channel) => void
}

/**
 * Serves frames over WebSockets with mutual TLS 1.3. Only certificates of the CA connect; one that names no party is
 * refused with HTTP status 403, a party with too many sockets with 429.
 *
 * @throws ERR_CHANNEL_TLS when the material is unusable, ERR_LISTEN_ADDRESS when the address cannot be bound
 */
export async function serveWebSocket(options: ServeWebSocketOptions): Promise<Listener> {
  const { ca, certificate, key } = options.tls
  secureContextOf(options.tls)
  const server = createServer(
    {
      ca,
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_MS,
      headersTimeout: HANDSHAKE_MS,
      requestTimeout: HANDSHAKE_MS,
    },
    (_request, response) => response.writeHead(426).end(),
  )
  const door = new SocketDoor(options)
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: protocols => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  server.on('upgrade', (request, socket, head) => {
    const status = request.url === PATH ? door.judge(socket as TLSSocket) : 404
    if (status !== null) return socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`)
    upgrades.handleUpgrade(request, socket, head, opened => door.enter(opened, socket as TLSSocket))
  })
  await listen(server, options)
  let closing: Promise<void> | null = null
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs = 2_000) => (closing ??= shutDown(server, door, graceMs)),
  }
}

/** The sockets of all parties that are inside. */
class SocketDoor {
  readonly #options: ServeWebSocketOptions
  readonly #socketsOf = new Map<string, Set<ChannelSocket>>()
  #isClosing = false
  #onEmpty: (() => void) | null = null

  constructor(options: ServeWebSocketOptions) {
    this.#options = options
  }

  /** The HTTP status of a refusal, or null. */
  judge(socket: TLSSocket): 403 | 429 | 503 | null {
    if (this.#isClosing) return 503
    const limit = this.#options.maxSocketsPerParty ?? DEFAULT_MAX_SOCKETS
    try {
      const peerName = partyNamed(socket.getPeerCertificate().subjectaltname)
      return (this.#socketsOf.get(peerName)?.size ?? 0) < limit ? null : 429
    } catch {
      return 403
    }
  }

  enter(webSocket: WebSocket, tls: TLSSocket): void {
    const peer = transportPeer(tls.getPeerCertificate())
    const { peerName } = peer
    const sockets = this.#socketsOf.get(peerName) ?? new Set()
    this.#socketsOf.set(peerName, sockets)
    let idle: NodeJS.Timeout
    const rest = () => {
      if (this.#isClosing) socket.retire()
      else idle = setTimeout(() => socket.retire(), TAKER_IDLE_MS).unref()
    }
    const socket: ChannelSocket = new ChannelSocket(
      webSocket,
      {
        ...peer,
        maxFrameBytes: this.#options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
        keepaliveMs: this.#options.keepaliveMs ?? DEFAULT_KEEPALIVE_MS,
        keepaliveTimeoutMs: this.#options.keepaliveTimeoutMs ?? DEFAULT_KEEPALIVE_TIMEOUT_MS,
        onIdle: rest,
        onClosed: () => {
          clearTimeout(idle)
          sockets.delete(socket)
          if (sockets.size === 0) this.#socketsOf.delete(peerName)
          if (this.#socketsOf.size === 0) this.#onEmpty?.()
        },
      },
      channel => {
        clearTimeout(idle)
        this.#options.onChannel(channel)
      },
    )
    sockets.add(socket)
    rest()
  }

  /** Retires idle sockets at once and the others when their channel ended; cuts what is left after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    for (const socket of this.#all()) if (socket.isIdle) socket.retire()
    if (this.#socketsOf.size === 0) return
    const empty = new Promise<void>(resolve => (this.#onEmpty = resolve))
    const cut = setTimeout(() => {
      for (const socket of this.#all()) socket.cut()
    }, graceMs)
    await empty
    clearTimeout(cut)
  }

  #all(): ChannelSocket[] {
    return [...this.#socketsOf.values()].flatMap(sockets => [...sockets])
  }
}

async function listen(server: Server, { host, port }: ServeWebSocketOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      reject(mixunError('ERR_LISTEN_ADDRESS', `could not listen at ${host}:${port}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
}

async function shutDown(server: Server, door: SocketDoor, graceMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  await door.close(graceMs)
  server.closeAllConnections()
  await closed
}
