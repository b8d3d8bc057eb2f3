import type { Channel } from '../index.ts'
import { type ConnectGrpcOptions, connectGrpc, type GrpcConnection } from './client.ts'
import { type GrpcServer, type ServeGrpcOptions, serveGrpc } from './server.ts'
import { testAuthority } from './test-certificates.ts'

/** The consortium of the tests of this folder. */
export const authority = await testAuthority()
export const firmA = await authority.issue('firm-a')
export const firmB = await authority.issue('firm-b')

/** A server of firm-b, and the channels that it took, in order. */
export interface TestServer extends GrpcServer {
  readonly address: string
  readonly takenCount: number
  take(): Promise<Channel>
}

export async function testServer(options: Partial<ServeGrpcOptions> = {}): Promise<TestServer> {
  const taken: Channel[] = []
  const waiting: ((channel: Channel) => void)[] = []
  let takenCount = 0
  const server = await serveGrpc({
    host: '127.0.0.1',
    port: 0,
    tls: firmB,
    onChannel(channel) {
      takenCount++
      const next = waiting.shift()
      if (next === undefined) taken.push(channel)
      else next(channel)
    },
    ...options,
  })
  return {
    ...server,
    address: `127.0.0.1:${server.port}`,
    get takenCount() {
      return takenCount
    },
    take() {
      const channel = taken.shift()
      return channel === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(channel)
    },
  }
}

/** A connection of firm-a to firm-b. */
export function testConnection(address: string, options: Partial<ConnectGrpcOptions> = {}): GrpcConnection {
  return connectGrpc({ address, tls: firmA, peerName: 'firm-b', ...options })
}
