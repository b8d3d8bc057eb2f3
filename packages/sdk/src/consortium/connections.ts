import type { Connection } from '@mixun/core/channel'
import { connectGrpc } from '@mixun/core/channel/grpc'
import { connectWebSocket } from '@mixun/core/channel/ws'
import { type OpenSessionOptions, openSession, type Peer, type Session } from '@mixun/core/session'
import type { Home } from '../home/index.ts'

/** Scheme of an address behind which a party serves WebSockets instead of gRPC. */
export const WEB_SOCKET_SCHEME = 'wss://'

/** A party that can be dialled. */
export interface Endpoint extends Peer {
  /** Its consortium door: `host:port` for gRPC, `wss://host:port` for WebSockets. */
  readonly address: string
}

export type SessionRequest = Omit<OpenSessionOptions, 'identity' | 'peer'>

/** One kept connection a party; every session is a channel of its own on it. */
export class Connections {
  readonly #home: Home
  readonly #open = new Map<string, Connection>()

  constructor(home: Home) {
    this.#home = home
  }

  /** @throws ERR_CHANNEL_… when the party cannot be reached, ERR_PEER_IDENTITY */
  async openSession(endpoint: Endpoint, request: SessionRequest): Promise<Session> {
    const connection = this.#connection(endpoint)
    const channel = await connection.open(request.signal === undefined ? {} : { signal: request.signal })
    try {
      return await openSession(channel, { ...request, identity: this.#home.identity, peer: endpoint })
    } catch (error) {
      channel.abort()
      throw error
    }
  }

  close(): void {
    for (const connection of this.#open.values()) connection.close()
    this.#open.clear()
  }

  #connection({ partyId, address }: Endpoint): Connection {
    const key = `${partyId}@${address}`
    const existing = this.#open.get(key)
    if (existing !== undefined) return existing
    const { maxFrameBytes, answerTimeoutMs: connectTimeoutMs } = this.#home.config.limits
    const options = { tls: this.#home.tls(), peerName: partyId, maxFrameBytes, connectTimeoutMs }
    const connection = address.startsWith(WEB_SOCKET_SCHEME)
      ? connectWebSocket({ ...options, address: address.slice(WEB_SOCKET_SCHEME.length) })
      : connectGrpc({ ...options, address })
    this.#open.set(key, connection)
    return connection
  }
}
