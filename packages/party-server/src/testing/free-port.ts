import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the range from which systems take ports of outgoing connections, so that none of those gets in between.
const FIRST_PORT = 20_000
const PORTS = 10_000

/** A port of the loopback interface that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Listens at a port of the loopback interface and says nothing. */
export async function holdPort(port: number): Promise<AsyncDisposable> {
  const server = createServer(socket => socket.destroy()).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) }
}
