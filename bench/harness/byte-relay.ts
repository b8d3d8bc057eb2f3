import { connect, createServer, type Server, type Socket } from 'node:net'

/** One piece of data that went through a relay. */
export interface RelayEvent {
  /** Unix milliseconds with fractions. */
  readonly at: number
  readonly direction: 'to-server' | 'to-client'
  readonly bytes: number
}

export interface RelayLimits {
  readonly maxConnections: number
  /** After so many events nothing more is remembered, and {@link ByteRelay.events} throws. */
  readonly maxEvents: number
  /** After so long every connection is cut. */
  readonly lifetimeMs: number
}

const DEFAULT_LIMITS: RelayLimits = { maxConnections: 16, maxEvents: 200_000, lifetimeMs: 600_000 }

/**
 * Passes TCP connections on to another port of this machine and notes every piece: what a party's network carries,
 * with TLS, HTTP/2 and gRPC and without the headers of TCP and IP.
 */
export class ByteRelay implements AsyncDisposable {
  readonly port: number
  readonly #server: Server
  readonly #sockets: Set<Socket>
  readonly #events: RelayEvent[]
  readonly #limits: RelayLimits
  readonly #lifetime: NodeJS.Timeout

  private constructor(parts: {
    server: Server
    port: number
    sockets: Set<Socket>
    events: RelayEvent[]
    limits: RelayLimits
  }) {
    this.port = parts.port
    this.#server = parts.server
    this.#sockets = parts.sockets
    this.#events = parts.events
    this.#limits = parts.limits
    this.#lifetime = setTimeout(() => void this.close(), parts.limits.lifetimeMs).unref()
  }

  /** Starts a relay to `targetPort` on loopback. */
  static async start(targetPort: number, limits: Partial<RelayLimits> = {}): Promise<ByteRelay> {
    const all = { ...DEFAULT_LIMITS, ...limits }
    const sockets = new Set<Socket>()
    const events: RelayEvent[] = []
    const server = createServer({ allowHalfOpen: true }, client => {
      const target = connect({ host: '127.0.0.1', port: targetPort, noDelay: true, allowHalfOpen: true })
      client.setNoDelay(true)
      pass(client, target, 'to-server', events, all.maxEvents)
      pass(target, client, 'to-client', events, all.maxEvents)
      for (const socket of [client, target]) {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      }
    })
    server.maxConnections = all.maxConnections
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('expected a port')
    return new ByteRelay({ server, port: address.port, sockets, events, limits: all })
  }

  /** What went through so far, in order. @throws when it was more than is remembered */
  events(): readonly RelayEvent[] {
    if (this.#events.length >= this.#limits.maxEvents) throw new Error('more pieces than a relay remembers')
    return this.#events
  }

  /** Cuts every connection and ends the relay. */
  async close(): Promise<void> {
    clearTimeout(this.#lifetime)
    const closed = new Promise(resolve => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function pass(
  from: Socket,
  to: Socket,
  direction: RelayEvent['direction'],
  events: RelayEvent[],
  maxEvents: number,
): void {
  from.on('data', (data: Buffer) => {
    const at = performance.timeOrigin + performance.now()
    if (events.length < maxEvents) events.push({ at, direction, bytes: data.length })
    if (!to.write(data)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  // A cut connection is the end of its other half; the parties report what it meant to them.
  from.on('error', () => to.destroy())
}
