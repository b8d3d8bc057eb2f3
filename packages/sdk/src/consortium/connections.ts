import { connectGrpc, type GrpcConnection } from '@mixun/core/channel/grpc'
import { type OpenSessionOptions, openSession, type Peer, type Session } from '@mixun/core/session'
import type { Home } from '../home/index.ts'

/** A party that can be dialled. */
export interface Endpoint extends Peer {
  /** `host:port` of its consortium door. */
  readonly address: string
}

export type SessionRequest = Omit<OpenSessionOptions, 'identity' | 'peer'>

/** One kept connection a party; every session is a stream of its own on it. */
export class Connections {
  readonly #home: Home
  readonly #open = new Map<string, GrpcConnection>()

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

  #connection({ partyId, address }: Endpoint): GrpcConnection {
    const key = `${partyId}@${address}`
    const existing = this.#open.get(key)
    if (existing !== undefined) return existing
    const connection = connectGrpc({
      address,
      tls: this.#home.tls(),
      peerName: partyId,
      maxFrameBytes: this.#home.config.limits.maxFrameBytes,
    })
    this.#open.set(key, connection)
    return connection
  }
}
