import { toHex } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { sm } from '@mixun/core/suite'
import { describe, expect, it } from 'vitest'
import { bitAt } from '../base-ot/index.ts'
import { dealtSetups } from '../testing/dealt-setups.ts'
import { serveOrRefuse, sessionPair } from '../testing/sessions.ts'
import {
  encodeChunk,
  OT_EXTENSION_PROTOCOL,
  openExtensionReceiver,
  openExtensionSender,
  otExtensionParameters,
  otExtensionParametersById,
  runReceiverChunk,
  runSenderChunk,
  setUpOtReceiver,
  setUpOtSender,
} from './index.ts'

const ID = 'softspoken_k2_malicious'
const open = (seed: string, id = ID) => sessionPair({ protocol: OT_EXTENSION_PROTOCOL, parameters: id, seed })

async function openDealt(seed: string, id = ID) {
  const parameters = { ...otExtensionParametersById(id), chunkCount: 256 }
  const setups = dealtSetups(parameters, seed)
  const { client, server } = await open(seed, id)
  const [sender, receiver] = await Promise.all([
    openExtensionSender(client, setups.sender),
    openExtensionReceiver(server, setups.receiver),
  ])
  return { setups, client, server, sender, receiver }
}

describe('a setup over a session', () => {
  it.each(otExtensionParameters.map(({ id }) => id))('and a chunk: %s', async id => {
    const { client, server } = await open('setup', id)
    const [senderSetup, receiverSetup] = await Promise.all([setUpOtSender(client), setUpOtReceiver(server)])
    expect(toHex(senderSetup.id)).toBe(toHex(receiverSetup.id))
    const [sender, receiver] = await Promise.all([
      openExtensionSender(client, senderSetup),
      openExtensionReceiver(server, receiverSetup),
    ])
    const [sent, received] = await Promise.all([
      runSenderChunk(client, sender, 20),
      runReceiverChunk(server, receiver, 20),
    ])
    const expected = Array.from({ length: 20 }, (_, i) =>
      toHex((bitAt(received.choices, i) === 1 ? sent.ones : sent.zeros).subarray(16 * i, 16 * i + 16)),
    )
    expect(toHex(received.messages)).toBe(expected.join(''))
  })

  it('runs in suite sm, over the group of SM2', async () => {
    const { client, server } = await sessionPair({
      protocol: OT_EXTENSION_PROTOCOL,
      parameters: ID,
      suite: sm,
    })
    const [one, other] = await Promise.all([setUpOtSender(client), setUpOtReceiver(server)])
    expect(toHex(one.id)).toBe(toHex(other.id))
  })

  it('is refused in a session of something else: ERR_SESSION_PROTOCOL', async () => {
    const { client, server } = await sessionPair({ protocol: 'base-ot', parameters: ID })
    await expectCodeAsync('ERR_SESSION_PROTOCOL', setUpOtSender(client))
    await expectCodeAsync('ERR_SESSION_PROTOCOL', setUpOtReceiver(server))
    const unknown = await open('unknown', 'softspoken_k8_malicious')
    await expectCodeAsync('ERR_PARAMETER_UNKNOWN', setUpOtSender(unknown.client))
  })
})

describe('a session', () => {
  it('of another setup is refused, and the setup serves on: ERR_SESSION_PROTOCOL', async () => {
    const parameters = otExtensionParametersById(ID)
    const [ours, theirs] = [dealtSetups(parameters, 'ours'), dealtSetups(parameters, 'theirs')]
    const { client, server } = await open('another')
    await openExtensionReceiver(server, theirs.receiver)
    await expectCodeAsync('ERR_SESSION_PROTOCOL', openExtensionSender(client, ours.sender))
    expect(ours.sender.isUsable).toBe(true)
  })

  it('of other parameters than the setup: ERR_PARAMETER_FOREIGN', async () => {
    const { receiver } = dealtSetups(otExtensionParametersById('softspoken_k4_malicious'), 'foreign')
    const { server } = await open('foreign')
    await expectCodeAsync('ERR_PARAMETER_FOREIGN', openExtensionReceiver(server, receiver))
  })

  it('is opened once: ERR_STATE_CONSUMED', async () => {
    const { receiver } = dealtSetups(otExtensionParametersById(ID), 'once')
    const { server } = await open('once')
    const first = openExtensionReceiver(server, receiver)
    await expectCodeAsync('ERR_STATE_CONSUMED', openExtensionReceiver(server, receiver))
    await first
  })
})

describe('what goes wrong within a session', () => {
  it.each([
    ['a truncated chunk', 'ERR_DECODE_LENGTH', (bytes: Uint8Array) => bytes.subarray(1)],
    ['a chunk with more behind it', 'ERR_DECODE_TRAILING', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
    ['a chunk that comes later', 'ERR_DECODE_SCHEMA', (bytes: Uint8Array) => bytes.with(3, 1)],
    ['an empty frame', 'ERR_DECODE_LENGTH', () => new Uint8Array(0)],
    [
      'a changed proof',
      'ERR_VERIFY_OT_EXTENSION',
      (bytes: Uint8Array) => bytes.with(4, (bytes[4] as number) ^ 1),
    ],
  ] as const)('%s ends both setups: %s', async (_, code, change) => {
    const { setups, client, server, sender, receiver } = await openDealt('wrong')
    const { message, index } = receiver.extend(200)
    await server.send(change(encodeChunk(receiver.parameters, index, 200, message)))
    const [error, refusal] = await Promise.all([
      serveOrRefuse(client, runSenderChunk(client, sender, 200)),
      expectCodeAsync('ERR_PEER_REFUSED', server.receive()),
    ])
    await expectCodeAsync(code, Promise.reject(error))
    expect(refusal.details.peerCode).toBe(code)
    expect(setups.sender.isUsable).toBe(false)
    await expectCodeAsync('ERR_STATE_CONSUMED', runSenderChunk(client, sender, 200))
    await expectCodeAsync('ERR_PEER_REFUSED', runReceiverChunk(server, receiver, 200))
    expect(setups.receiver.isUsable).toBe(false)
  })

  it('a chunk that comes twice is refused: ERR_DECODE_SCHEMA', async () => {
    const { client, server, sender, receiver } = await openDealt('replay')
    const { message, index } = receiver.extend(100)
    const bytes = encodeChunk(receiver.parameters, index, 100, message)
    await server.send(bytes)
    await server.send(bytes)
    await runSenderChunk(client, sender, 100)
    await expectCodeAsync('ERR_DECODE_SCHEMA', runSenderChunk(client, sender, 100))
  })

  it('a peer that disappears ends the session and not the setup', async () => {
    const { setups, client, server, sender, receiver } = await openDealt('gone')
    await Promise.all([runSenderChunk(client, sender, 100), runReceiverChunk(server, receiver, 100)])
    const waiting = runSenderChunk(client, sender, 100)
    server.abort()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', waiting)
    await expectCodeAsync('ERR_STATE_CONSUMED', runSenderChunk(client, sender, 100))
    await expectCodeAsync('ERR_CHANNEL_CLOSED', runReceiverChunk(server, receiver, 100))
    const next = await open('next')
    const [again] = await Promise.all([
      openExtensionSender(next.client, setups.sender),
      openExtensionReceiver(next.server, setups.receiver),
    ])
    expect(again.index).toBe(0)
  })

  it('a frame that is too large for the channel is not sent: ERR_LIMIT_FRAME_BYTES', async () => {
    const setups = dealtSetups(otExtensionParametersById(ID), 'large')
    const channel = { maxFrameBytes: 4_096 }
    const { server } = await sessionPair({ protocol: OT_EXTENSION_PROTOCOL, parameters: ID, channel })
    const receiver = await openExtensionReceiver(server, setups.receiver)
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', runReceiverChunk(server, receiver, 1_000))
  })
})
