import { type ConnectGrpcOptions, connectGrpc, type ServeGrpcOptions, serveGrpc } from '../grpc/index.ts'
import type { Channel, Connection, Listener } from '../index.ts'
import {
  type ConnectWebSocketOptions,
  connectWebSocket,
  type ServeWebSocketOptions,
  serveWebSocket,
} from '../ws/index.ts'
import { testAuthority } from './test-certificates.ts'

/** The consortium of the tests of transports. */
export const authority = await testAuthority()
export const firmA = await authority.issue('firm-a')
export const firmB = await authority.issue('firm-b')

/** A listener of firm-b, and the channels that it took, in order. */
export interface TestListener extends Listener {
  readonly address: string
  readonly takenCount: number
  take(): Promise<Channel>
}

/** Options that both transports have. */
type ListenOptions = Partial<ServeGrpcOptions & ServeWebSocketOptions>
type ConnectOptions = Partial<ConnectGrpcOptions & ConnectWebSocketOptions>

/** How firm-b listens and firm-a connects to it. */
export interface TestTransport {
  listen(options?: ListenOptions): Promise<TestListener>
  connect(address: string, options?: ConnectOptions): Connection
}

export const grpcTransport: TestTransport = {
  listen: options => testListener(onChannel => serveGrpc({ ...ofFirmB, onChannel, ...options })),
  connect: (address, options) => connectGrpc({ address, ...ofFirmA, ...options }),
}

export const webSocketTransport: TestTransport = {
  listen: options => testListener(onChannel => serveWebSocket({ ...ofFirmB, onChannel, ...options })),
  connect: (address, options) => connectWebSocket({ address, ...ofFirmA, ...options }),
}

export const TRANSPORTS = [
  ['gRPC', grpcTransport],
  ['WebSocket', webSocketTransport],
] as const

const ofFirmA = { tls: firmA, peerName: 'firm-b' }
const ofFirmB = { host: '127.0.0.1', port: 0, tls: firmB }

async function testListener(
  serve: (onChannel: (channel: Channel) => void) => Promise<Listener>,
): Promise<TestListener> {
  const taken: Channel[] = []
  const waiting: ((channel: Channel) => void)[] = []
  let takenCount = 0
  const listener = await serve(channel => {
    takenCount++
    const next = waiting.shift()
    if (next === undefined) taken.push(channel)
    else next(channel)
  })
  return {
    ...listener,
    address: `127.0.0.1:${listener.port}`,
    get takenCount() {
      return takenCount
    },
    take() {
      const channel = taken.shift()
      return channel === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(channel)
    },
  }
}
