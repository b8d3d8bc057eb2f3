import { request } from 'node:https'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { expectCode, expectCodeAsync } from '../../testing/index.ts'
import { MESSAGE_BYTES } from '../framed-channel.ts'
import type { Channel } from '../index.ts'
import { firmA, type TestListener, webSocketTransport } from '../tls/test-transports.ts'
import { WINDOW } from './socket.ts'
import { decodeMessage, encodeBegin, encodeCredit, encodeMessage, PATH, SUBPROTOCOL } from './wire.ts'

let listener: TestListener

beforeEach(async () => {
  listener = await webSocketTransport.listen()
})
afterEach(() => listener.close(0))

const tls = { ca: firmA.ca, cert: firmA.certificate, key: firmA.key, checkServerIdentity: () => undefined }

/** A member that speaks WebSocket but keeps to no rule of ours. */
async function lawlessSocket(): Promise<{ socket: WebSocket; closed: Promise<number | 'broken'> }> {
  // Node looks for an Error only; the types of ws want a boolean.
  const checkServerIdentity = () => false
  const options = { ...tls, checkServerIdentity }
  const socket = new WebSocket(`wss://${listener.address}${PATH}`, SUBPROTOCOL, options)
  const closed = new Promise<number | 'broken'>(resolve => {
    socket.on('close', code => resolve(code === 1006 ? 'broken' : code))
    socket.on('error', () => {})
  })
  await new Promise(resolve => socket.once('open', resolve))
  return { socket, closed }
}

async function lawlessChannel(): Promise<{
  socket: WebSocket
  taken: Channel
  closed: Promise<number | 'broken'>
}> {
  const { socket, closed } = await lawlessSocket()
  socket.send(encodeBegin())
  return { socket, closed, taken: await listener.take() }
}

const piece = (bytes: number, more = false) =>
  encodeMessage({ payload: new Uint8Array(bytes), more, end: false })

describe('a lawless opener of a WebSocket', () => {
  it.each([
    ['an unknown kind of message', Uint8Array.of(9), 'ERR_DECODE_SCHEMA'],
    ['an empty message', new Uint8Array(0), 'ERR_DECODE_SCHEMA'],
    ['a second begin', encodeBegin(), 'ERR_DECODE_SCHEMA'],
    ['a begin with content', Uint8Array.of(4, 0), 'ERR_DECODE_TRAILING'],
    ['an end with content', Uint8Array.of(2, 0), 'ERR_DECODE_TRAILING'],
    ['a truncated credit', Uint8Array.of(3, 0, 0), 'ERR_DECODE_LENGTH'],
    ['credit that nobody needs', encodeCredit({ channel: 0, messages: 1 }), 'ERR_DECODE_SCHEMA'],
    ['small pieces, which would pile up', piece(1, true), 'ERR_DECODE_LENGTH'],
  ])('is cut off for %s', async (_case, message, code) => {
    const { socket, taken, closed } = await lawlessChannel()
    socket.send(message)
    await expectCodeAsync(code as 'ERR_DECODE_SCHEMA', taken.receive())
    expect(await closed).toBe(1008)
  })

  it('is cut off for text', async () => {
    const { socket, taken, closed } = await lawlessChannel()
    socket.send('hello')
    await expectCodeAsync('ERR_DECODE_SCHEMA', taken.receive())
    expect(await closed).toBe(1008)
  })

  it('is cut off for a message above the size of a piece', async () => {
    const { socket, taken, closed } = await lawlessChannel()
    socket.send(new Uint8Array(2 + MESSAGE_BYTES))
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', taken.receive())
    expect(await closed).toBe(1009)
  })

  it('is cut off when it does not wait for the reader', async () => {
    const { socket, taken, closed } = await lawlessChannel()
    for (let i = 0; i < WINDOW + 2; i++) socket.send(piece(1))
    expect(await closed).toBe(1008)
    await expectCodeAsync(
      'ERR_DECODE_SCHEMA',
      (async () => {
        for (;;) await taken.receive()
      })(),
    )
  })

  it('is cut off for a message before a channel begins', async () => {
    const { socket, closed } = await lawlessSocket()
    socket.send(piece(1))
    expect(await closed).toBe('broken')
    expect(listener.takenCount).toBe(0)
  })

  it('may grant credit for a channel that is over', async () => {
    const { socket, taken } = await lawlessChannel()
    const end = encodeMessage({ payload: new Uint8Array(0), more: false, end: true })
    const ended = new Promise(resolve =>
      socket.once('message', data => resolve(decodeMessage(data as Buffer))),
    )
    await taken.close()
    await ended
    socket.send(end)
    socket.send(encodeBegin())
    socket.send(encodeCredit({ channel: 0, messages: 8 }))
    socket.send(piece(3))
    expect(await (await listener.take()).receive()).toHaveLength(3)
    socket.terminate()
  })
})

describe('the upgrade of a WebSocket', () => {
  const statusOf = (path: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = `https://${listener.address}${path}`
      const outgoing = request(url, { ...tls, headers }, response => resolve(response.statusCode))
      outgoing.on('error', reject).end()
    })
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  }

  it('is needed', async () => {
    expect(await statusOf(PATH)).toBe(426)
  })

  it('is refused at another path', async () => {
    expect(await statusOf('/', upgrade)).toBe(404)
  })
})

it('encodes and decodes every message of the wire', () => {
  expectCode('ERR_DECODE_SCHEMA', () => decodeMessage(Uint8Array.of(5)))
  expect(decodeMessage(encodeCredit({ channel: 7, messages: 9 }))).toEqual({
    kind: 'credit',
    credit: { channel: 7, messages: 9 },
  })
})
