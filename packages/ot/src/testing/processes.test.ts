import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { concat, fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { openSession } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { bitAt } from '../base-ot/index.ts'
import { openOtSender } from '../oblivious-transfer/index.ts'
import { OT_EXTENSION_PROTOCOL, setUpOtSender } from '../ot-extension/index.ts'
import { testIdentity } from './sessions.ts'
import { SocketChannel } from './socket-channel.ts'

const PROGRAM = fileURLToPath(new URL('ot-process.ts', import.meta.url))
let child: ChildProcess | undefined
afterEach(() => void child?.kill())

/** The sender's end of a session with a receiver that is another process, and what that one writes. */
async function openWithProcess(parameters: string, count: number, ...mode: string[]) {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  child = spawn(execPath, [PROGRAM, String(port), parameters, String(count), ...mode], { stdio: [...stdio] })
  const output = text(child.stdout as NodeJS.ReadableStream)
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  const receiver = testIdentity('cinda')
  const session = await openSession(new SocketChannel(socket), {
    identity: testIdentity('galaxy'),
    peer: { partyId: 'cinda', publicKey: receiver.signingKey.publicKey },
    protocol: OT_EXTENSION_PROTOCOL,
    parameters,
  })
  return { session, output }
}

describe('two processes', () => {
  it.each(['softspoken_k2_malicious', 'softspoken_k4_malicious'])('transfer obliviously: %s', async id => {
    const count = 140_000
    const { session, output } = await openWithProcess(id, count)
    const setup = await setUpOtSender(session)
    const sender = await openOtSender(session, setup)
    const sent = []
    for await (const ots of sender.random(count)) sent.push(ots)
    await sender.chosen(utf8('zero0zero1zero2zero3'), utf8('one-0one-1one-2one-3'), 5)
    await sender.oneOfMany([Uint8Array.from({ length: 8_000 }, (_, i) => i >>> 3)], 8)
    const got = JSON.parse(await output) as Record<'choices' | 'messages' | 'chosen' | 'one', string>
    const choices = fromHex(got.choices)
    const zeros = concat(...sent.map(ots => ots.zeros))
    const ones = concat(...sent.map(ots => ots.ones))
    const expected = zeros.slice()
    for (let i = 0; i < count; i++) {
      if (bitAt(choices, i) === 1) expected.set(ones.subarray(16 * i, 16 * i + 16), 16 * i)
    }
    expect(got.messages).toBe(toHex(intl.hash(expected)))
    expect(got.chosen).toBe(toHex(utf8('zero0one-1one-2zero3')))
    expect(got.one).toBe('09'.repeat(8))
    await session.close()
  })

  it('a receiver that vanishes ends the extension: ERR_CHANNEL_CLOSED', async () => {
    const { session } = await openWithProcess('softspoken_k2_malicious', 10_000_000, 'vanish')
    const sender = await openOtSender(session, await setUpOtSender(session))
    const running = (async () => {
      for await (const { count } of sender.random(10_000_000)) if (count < 1) return
    })()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', running)
    await expectCodeAsync('ERR_STATE_CONSUMED', sender.correlated(new Uint8Array(16), 1))
  })
})
