import { once } from 'node:events'
import { createServer } from 'node:net'
import { freePorts } from '../sandbox/ports.ts'

/** A port of the loopback interface that is free now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

/** Listens at a port of the loopback interface and says nothing. */
export async function holdPort(port: number): Promise<AsyncDisposable> {
  const server = createServer(socket => socket.destroy()).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) }
}
