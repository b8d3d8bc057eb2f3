import type { SecureContext, TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import { WebSocket } from 'ws'
import { fail, mixunError } from '../../errors/index.ts'
import { type Channel, DEFAULT_MAX_FRAME_BYTES, type WaitOptions } from '../channel.ts'
import type { Connection } from '../connection.ts'
import { parseAddress } from '../tls/address.ts'
import { expectParty, SERVER_NAME } from '../tls/server-identity.ts'
import { secureContextOf } from '../tls/tls-material.ts'
import { throwIfEnded, waitFor } from '../wait.ts'
import { dialError } from './errors.ts'
import {
  DEFAULT_KEEPALIVE_MS,
  DEFAULT_KEEPALIVE_TIMEOUT_MS,
  OPENER_IDLE_MS,
  type WebSocketOptions,
} from './options.ts'
import { ChannelSocket } from './socket.ts'
import { MAX_MESSAGE_BYTES, PATH, SUBPROTOCOL } from './wire.ts'

export interface ConnectWebSocketOptions extends WebSocketOptions {
  /** `host:port`; an IPv6 host stands in brackets. */
  readonly address: string
  /** The party that the server's certificate must name. */
  readonly peerName: string
  /** Default 5,000. */
  readonly connectTimeoutMs?: number
}

/**
 * A party over WebSockets: a socket carries one channel at a time and is kept for the next, so that the first check
 * after a while pays a handshake for each of its channels, and later ones none.
 *
 * @throws ERR_CHANNEL_TLS when the material is unusable, ERR_INPUT_RANGE for a malformed address
 */
export function connectWebSocket(options: ConnectWebSocketOptions): Connection {
  return new WebSocketConnection(options)
}

class WebSocketConnection implements Connection {
  readonly peerName: string
  readonly #options: ConnectWebSocketOptions
  readonly #host: string
  readonly #port: number
  readonly #secureContext: SecureContext
  readonly #dialling = new Set<WebSocket>()
  readonly #sockets = new Set<ChannelSocket>()
  readonly #idle = new Map<ChannelSocket, NodeJS.Timeout>()
  #isClosed = false

  constructor(options: ConnectWebSocketOptions) {
    this.#options = options
    this.peerName = options.peerName
    const { host, port } = parseAddress(options.address)
    this.#host = host
    this.#port = port
    this.#secureContext = secureContextOf(options.tls)
  }

  async open(options: WaitOptions = {}): Promise<Channel> {
    throwIfEnded(options.signal)
    this.#checkOpen()
    const kept = this.#takeIdle()
    if (kept !== undefined) return kept.open()
    const dialling = this.#dial()
    try {
      const socket = await waitFor(dialling, options.signal)
      this.#checkOpen()
      return socket.open()
    } catch (error) {
      // A socket that comes too late serves the next call, or nobody.
      void dialling.then(
        socket => this.#keep(socket),
        () => {},
      )
      throw error
    }
  }

  close(graceMs = 10_000): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const webSocket of this.#dialling) webSocket.terminate()
    for (const socket of this.#idle.keys()) this.#retire(socket)
    const cut = () => {
      for (const socket of this.#sockets) socket.cut()
    }
    setTimeout(cut, graceMs).unref()
  }

  #checkOpen(): void {
    if (this.#isClosed) {
      fail('ERR_CHANNEL_CLOSED', `the connection to ${this.peerName} was closed on this side`)
    }
  }

  #takeIdle(): ChannelSocket | undefined {
    for (const [socket, timer] of this.#idle) {
      clearTimeout(timer)
      this.#idle.delete(socket)
      if (socket.isOpen) return socket
    }
    return undefined
  }

  #keep(socket: ChannelSocket): void {
    if (this.#isClosed) return socket.retire()
    this.#idle.set(socket, setTimeout(() => this.#retire(socket), OPENER_IDLE_MS).unref())
  }

  #retire(socket: ChannelSocket): void {
    clearTimeout(this.#idle.get(socket))
    this.#idle.delete(socket)
    socket.retire()
  }

  #where(): string {
    return `${this.peerName} at ${this.#options.address}`
  }

  /** Makes a socket; it is this party's once the server answered the upgrade, which follows its check of our certificate. */
  async #dial(): Promise<ChannelSocket> {
    const timeoutMs = this.#options.connectTimeoutMs ?? 5_000
    let isSecured = false
    const webSocket = new WebSocket(`wss://${this.#options.address}${PATH}`, SUBPROTOCOL, {
      perMessageDeflate: false,
      followRedirects: false,
      skipUTF8Validation: true,
      maxPayload: MAX_MESSAGE_BYTES,
      createConnection: () => {
        const socket: TLSSocket = connect({
          host: this.#host,
          port: this.#port,
          servername: SERVER_NAME,
          secureContext: this.#secureContext,
          checkServerIdentity: expectParty(this.peerName),
          ALPNProtocols: ['http/1.1'],
        })
        return socket.once('secureConnect', () => (isSecured = true))
      },
    })
    this.#dialling.add(webSocket)
    let isLate = false
    const deadline = setTimeout(() => {
      isLate = true
      webSocket.terminate()
    }, timeoutMs)
    const opened = new Promise<void>((resolve, reject) => {
      webSocket.once('open', resolve)
      webSocket.once('unexpected-response', (_request, { statusCode = 0 }) => {
        webSocket.terminate()
        const reason = `HTTP status ${statusCode}`
        const code = statusCode === 403 ? 'ERR_CHANNEL_TLS' : 'ERR_CHANNEL_CLOSED'
        reject(mixunError(code, `${this.peerName} refused: ${reason}`, { details: { reason } }))
      })
      webSocket.once('error', error =>
        reject(dialError(this.#where(), error, { isSecured, isLate, isClosed: this.#isClosed })),
      )
    })
    await opened.finally(() => {
      clearTimeout(deadline)
      this.#dialling.delete(webSocket)
    })
    const socket: ChannelSocket = new ChannelSocket(webSocket, {
      peerName: this.peerName,
      maxFrameBytes: this.#options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      keepaliveMs: this.#options.keepaliveMs ?? DEFAULT_KEEPALIVE_MS,
      keepaliveTimeoutMs: this.#options.keepaliveTimeoutMs ?? DEFAULT_KEEPALIVE_TIMEOUT_MS,
      onIdle: () => this.#keep(socket),
      onClosed: () => {
        this.#sockets.delete(socket)
        clearTimeout(this.#idle.get(socket))
        this.#idle.delete(socket)
      },
    })
    this.#sockets.add(socket)
    return socket
  }
}
