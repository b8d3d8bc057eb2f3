import { connectGrpc } from '../channel/grpc/index.ts'
import { firmA, testServer } from '../channel/grpc/test-server.ts'
import { type Channel, memoryChannelPair } from '../channel/index.ts'

/** Where sessions between firm-a and firm-b run. */
export interface Transport {
  /** A channel from firm-a to firm-b, both ends. */
  open(): Promise<[Channel, Channel]>
  close(): Promise<void>
}

async function memoryTransport(): Promise<Transport> {
  return { open: async () => memoryChannelPair({ names: ['firm-a', 'firm-b'] }), close: async () => {} }
}

async function grpcTransport(): Promise<Transport> {
  const server = await testServer()
  const connection = connectGrpc({ address: server.address, tls: firmA, peerName: 'firm-b' })
  return {
    async open() {
      const opened = await connection.open()
      return [opened, await server.take()]
    },
    async close() {
      connection.close()
      await server.close(0)
    },
  }
}

export const TRANSPORTS = [
  ['memory', memoryTransport],
  ['gRPC', grpcTransport],
] as const
