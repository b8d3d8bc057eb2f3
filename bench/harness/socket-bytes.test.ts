import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { SocketBytes } from './socket-bytes.ts'

test('counts the bytes of every socket that is dialled, open or closed', async () => {
  const server = createServer(socket => socket.once('data', () => socket.end('five!')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write('abc')
    socket.resume()
    await once(socket, 'end')
    return socket
  }
  {
    using sockets = new SocketBytes()
    const open = await ask()
    expect(sockets.total()).toEqual({ sent: 3, received: 5 })
    if (!open.closed) await once(open, 'close')
    await ask()
    expect(sockets.total()).toEqual({ sent: 6, received: 10 })
  }
  server.close()
})
