import { once } from 'node:events'
import { type AddressInfo, createServer, connect as connectTcp, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { expectCode, expectCodeAsync } from '../../testing/index.ts'
import { TRANSPORTS, type TestTransport } from './test-transports.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** A TCP server that handles sockets as told. */
async function tcpServer(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A channel of which every byte passes a proxy; `freeze` lets no more through, `cut` closes both its connections. */
async function throughProxy(
  { listen, connect }: TestTransport,
  keepalive: { keepaliveMs?: number; keepaliveTimeoutMs?: number } = {},
) {
  const server = await listen(keepalive)
  const pipes: [Socket, Socket][] = []
  const address = await tcpServer(socket => {
    const onward = connectTcp(server.port, '127.0.0.1')
    onward.on('error', () => {})
    socket.pipe(onward).pipe(socket)
    pipes.push([socket, onward])
  })
  const connection = connect(address, keepalive)
  cleanups.push(
    () => server.close(0),
    () => connection.close(),
  )
  const opened = await connection.open()
  const taken = await server.take()
  return {
    opened,
    taken,
    connection,
    freeze() {
      for (const pair of pipes) for (const socket of pair) socket.unpipe().pause()
    },
    cut() {
      for (const pair of pipes) for (const socket of pair) socket.destroy()
    },
  }
}

describe.each(TRANSPORTS)('%s channel over a failing network', (_name, transport) => {
  const { listen, connect } = transport

  it('says that a peer is not reachable', async () => {
    await expectCodeAsync('ERR_CHANNEL_CLOSED', connect('127.0.0.1:1').open())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', connect('nowhere.invalid:1').open())
  })

  it('says that what listens there hung up', async () => {
    const address = await tcpServer(socket => socket.destroy())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', connect(address).open())
  })

  it('says that what listens there speaks no TLS', async () => {
    const address = await tcpServer(socket => socket.end('220 hello\r\n'))
    await expectCodeAsync('ERR_CHANNEL_TLS', connect(address).open())
  })

  it('gives up on a peer that accepts and never answers', async () => {
    const address = await tcpServer(() => {})
    const connection = connect(address, { connectTimeoutMs: 50 })
    await expectCodeAsync('ERR_CHANNEL_TIMEOUT', connection.open())
    connection.close()
  })

  it('lets a signal end the wait for the connection', async () => {
    const connection = connect(await tcpServer(() => {}), { connectTimeoutMs: 1_000 })
    const controller = new AbortController()
    const opening = connection.open({ signal: controller.signal })
    controller.abort()
    await expectCodeAsync('ERR_CHANNEL_ABORTED', opening)
    await expectCodeAsync('ERR_CHANNEL_ABORTED', connection.open({ signal: AbortSignal.abort() }))
    await expectCodeAsync('ERR_CHANNEL_TIMEOUT', connection.open({ signal: AbortSignal.timeout(1) }))
    connection.close()
  })

  it('fails the calls of both sides when the connection is cut, and opens another', async () => {
    const { opened, taken, connection, cut } = await throughProxy(transport)
    const waiting = [opened, taken].map(end => expectCodeAsync('ERR_CHANNEL_CLOSED', end.receive()))
    cut()
    await Promise.all(waiting)
    await expectCodeAsync('ERR_CHANNEL_CLOSED', opened.send(Uint8Array.of(1)))
    await expectCodeAsync('ERR_CHANNEL_CLOSED', taken.send(Uint8Array.of(1)))
    ;(await connection.open()).abort()
  })

  it('notices on both sides that the other silently disappeared', async () => {
    const { opened, taken, freeze } = await throughProxy(transport, {
      keepaliveMs: 200,
      keepaliveTimeoutMs: 200,
    })
    const waiting = [opened, taken].map(end => expectCodeAsync('ERR_CHANNEL_CLOSED', end.receive()))
    freeze()
    await Promise.all(waiting)
  })

  it('keeps a channel on which nobody speaks for long', async () => {
    const { opened, taken } = await throughProxy(transport, { keepaliveMs: 100, keepaliveTimeoutMs: 1_000 })
    await new Promise(resolve => setTimeout(resolve, 1_600))
    await opened.send(Uint8Array.of(1))
    expect(await taken.receive()).toEqual(Uint8Array.of(1))
  })

  it('reaches a peer that came back at the same address', async () => {
    const first = await listen()
    const connection = connect(first.address)
    cleanups.push(() => connection.close())
    const channel = await connection.open()
    await first.close(0)
    await expectCodeAsync('ERR_CHANNEL_CLOSED', channel.receive())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', connection.open())
    const second = await listen({ port: first.port })
    cleanups.push(() => second.close(0))
    const again = await connection.open()
    await again.send(Uint8Array.of(5))
    expect(await (await second.take()).receive()).toEqual(Uint8Array.of(5))
  })
})

describe.each(TRANSPORTS)('%s connection', (_name, { listen, connect }) => {
  it('delivers what was sent before it was closed, then opens nothing more', async () => {
    const server = await listen()
    const connection = connect(server.address)
    const channel = await connection.open()
    await channel.send(new Uint8Array(1_000_000))
    await channel.close()
    connection.close()
    const taken = await server.take()
    expect(await taken.receive()).toHaveLength(1_000_000)
    await taken.close()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', connection.open())
    await server.close()
  })

  it('cuts channels that outlast its grace', async () => {
    const server = await listen()
    const connection = connect(server.address)
    const channel = await connection.open()
    const taken = await server.take()
    connection.close(0)
    await expectCodeAsync('ERR_CHANNEL_CLOSED', channel.receive())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', taken.receive())
    await server.close(0)
  })

  it('lets open channels end while the server closes', async () => {
    const server = await listen()
    const connection = connect(server.address)
    const channel = await connection.open()
    const taken = await server.take()
    const closing = server.close(30_000)
    await taken.send(Uint8Array.of(1))
    await taken.close()
    expect(await channel.receive()).toEqual(Uint8Array.of(1))
    await channel.close()
    await closing
    connection.close()
  })

  it('fails to open when it is closed meanwhile', async () => {
    const connection = connect(await tcpServer(() => {}))
    const opening = expectCodeAsync('ERR_CHANNEL_CLOSED', connection.open())
    connection.close()
    await opening
  })

  it('refuses a malformed address', () => {
    for (const address of ['127.0.0.1', 'localhost:', ':50051', 'unix:/tmp/socket', 'a:b:1', 'host:123456']) {
      expectCode('ERR_INPUT_RANGE', () => connect(address))
    }
  })

  it('refuses to serve at an address in use, or of another machine', async () => {
    const server = await listen()
    const second = listen({ port: server.port })
    await expectCodeAsync('ERR_LISTEN_ADDRESS', second)
    const foreign = listen({ host: '192.0.2.1' })
    await expectCodeAsync('ERR_LISTEN_ADDRESS', foreign)
    await server.close(0)
  })
})
