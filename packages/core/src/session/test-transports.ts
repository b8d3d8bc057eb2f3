import { type Channel, memoryChannelPair } from '../channel/index.ts'
import { TRANSPORTS as TLS_TRANSPORTS, type TestTransport } from '../channel/tls/test-transports.ts'

/** Where sessions between firm-a and firm-b run. */
export interface Transport {
  /** A channel from firm-a to firm-b, both ends. */
  open(): Promise<[Channel, Channel]>
  close(): Promise<void>
}

async function memoryTransport(): Promise<Transport> {
  return { open: async () => memoryChannelPair({ names: ['firm-a', 'firm-b'] }), close: async () => {} }
}

async function tlsTransport({ listen, connect }: TestTransport): Promise<Transport> {
  const listener = await listen()
  const connection = connect(listener.address)
  return {
    async open() {
      const opened = await connection.open()
      return [opened, await listener.take()]
    },
    async close() {
      connection.close()
      await listener.close(0)
    },
  }
}

export const TRANSPORTS: readonly (readonly [string, () => Promise<Transport>])[] = [
  ['memory', memoryTransport],
  ...TLS_TRANSPORTS.map(([name, transport]) => [name, () => tlsTransport(transport)] as const),
]
