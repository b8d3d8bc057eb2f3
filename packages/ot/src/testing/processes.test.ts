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
import { PSI_PROTOCOL, runPsiSender } from '../psi/index.ts'
import { testIdentity } from './sessions.ts'
import { SocketChannel } from './socket-channel.ts'

const OT_PROGRAM = 'ot-process.ts'
const PSI_PROGRAM = 'psi-process.ts'
let child: ChildProcess | undefined
afterEach(() => void child?.kill())

/** The sender's end of a session with a receiver that is another process, and what that one writes. */
async function openWithProcess(program: string, protocol: string, parameters: string, ...words: string[]) {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const script = fileURLToPath(new URL(program, import.meta.url))
  child = spawn(execPath, [script, String(port), parameters, ...words], { stdio: [...stdio] })
  const output = text(child.stdout as NodeJS.ReadableStream)
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  const receiver = testIdentity('cinda')
  const session = await openSession(new SocketChannel(socket), {
    identity: testIdentity('galaxy'),
    peer: { partyId: 'cinda', publicKey: receiver.signingKey.publicKey },
    protocol,
    parameters,
  })
  return { session, output }
}

describe('two processes', () => {
  it.each(['softspoken_k2_malicious', 'softspoken_k4_malicious'])('transfer obliviously: %s', async id => {
    const count = 140_000
    const { session, output } = await openWithProcess(OT_PROGRAM, OT_EXTENSION_PROTOCOL, id, String(count))
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
    const { session } = await openWithProcess(
      OT_PROGRAM,
      OT_EXTENSION_PROTOCOL,
      'softspoken_k2_malicious',
      '10000000',
      'vanish',
    )
    const sender = await openOtSender(session, await setUpOtSender(session))
    const running = (async () => {
      for await (const { count } of sender.random(10_000_000)) if (count < 1) return
    })()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', running)
    await expectCodeAsync('ERR_STATE_CONSUMED', sender.correlated(new Uint8Array(16), 1))
  })

  it.each(['psi_rr22_semihonest', 'psi_rr22_malicious'])('intersect sets: %s', async id => {
    const { session, output } = await openWithProcess(PSI_PROGRAM, PSI_PROTOCOL, id, '0', '3000')
    const items = Array.from({ length: 5_000 }, (_, i) => utf8(`subject ${2_000 + i}`))
    const labels = items.map((_, i) => utf8(String(i).padStart(6)))
    const { peerCount } = await runPsiSender(session, { items, labels })
    expect(peerCount).toBe(3_000)
    const common = Array.from({ length: 1_000 }, (_, i) => 2_000 + i)
    expect(JSON.parse(await output)).toEqual({
      common,
      labels: common.map((_, i) => String(i).padStart(6)),
    })
    await session.close()
  })

  it('a receiver that vanishes ends an intersection: ERR_CHANNEL_CLOSED', async () => {
    const words = ['psi_rr22_malicious', '0', '10', 'vanish'] as const
    const { session } = await openWithProcess(PSI_PROGRAM, PSI_PROTOCOL, ...words)
    await expectCodeAsync('ERR_CHANNEL_CLOSED', runPsiSender(session, { items: [], labels: [] }))
  })
})
