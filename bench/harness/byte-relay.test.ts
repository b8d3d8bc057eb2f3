import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { ByteRelay } from './byte-relay.ts'

/** Answers with twice what it got, once the client is done. */
const echo = createServer({ allowHalfOpen: true }, async socket => {
  const received = await text(socket)
  socket.end(received + received)
})
afterEach(() => void echo.close())

test('a relay passes everything on and counts it each way', async () => {
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  const { port } = echo.address() as { port: number }
  await using relay = await ByteRelay.start(port)
  const socket = connect({ host: '127.0.0.1', port: relay.port, allowHalfOpen: true })
  const sent = 'x'.repeat(300_000)
  socket.end(sent)
  // Not toBe: a failure would print it all.
  expect((await text(socket)) === sent + sent).toBe(true)
  const bytes = (direction: string) =>
    relay.events().reduce((sum, event) => sum + (event.direction === direction ? event.bytes : 0), 0)
  expect({ up: bytes('to-server'), down: bytes('to-client') }).toEqual({ up: 300_000, down: 600_000 })
})
