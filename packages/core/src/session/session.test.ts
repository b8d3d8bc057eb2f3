import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toHex, utf8 } from '../bytes/index.ts'
import type { Channel } from '../channel/index.ts'
import { expectCode, expectCodeAsync } from '../testing/index.ts'
import { acceptSession, openSession, type Session } from './index.ts'
import { accepting, firmA, firmASm, firmB, firmBSm, firmC, opening, peerOf } from './test-parties.ts'
import { TRANSPORTS, type Transport } from './test-transports.ts'

describe.each(TRANSPORTS)('session over %s', (_name, makeTransport) => {
  let transport: Transport
  let ends: [Channel, Channel]

  beforeEach(async () => {
    transport = await makeTransport()
    ends = await transport.open()
  })

  afterEach(async () => {
    for (const channel of ends) channel.abort()
    await transport.close()
  })

  async function establish(
    open = opening(),
    accept = accepting(),
  ): Promise<{ initiator: Session; responder: Session }> {
    const [initiator, responder] = await Promise.all([
      openSession(ends[0], open),
      acceptSession(ends[1], accept),
    ])
    return { initiator, responder }
  }

  it('carries messages both ways', async () => {
    const { initiator, responder } = await establish(
      opening({
        dataset: { provider: 'firm-b', class: 'B', epoch: 7 },
        consentReference: Uint8Array.of(1, 2),
        checkpoint: 'note',
      }),
      accepting({ checkpoint: () => 'their note' }),
    )
    await initiator.send(utf8('question'))
    expect(await responder.receive()).toEqual(utf8('question'))
    await responder.send(utf8('answer'))
    await responder.send(new Uint8Array(0))
    expect(await initiator.receive()).toEqual(utf8('answer'))
    expect(await initiator.receive()).toEqual(new Uint8Array(0))
    expect(responder.hello).toEqual(initiator.hello)
    expect(responder.hello.dataset).toEqual({ provider: 'firm-b', class: 'B', epoch: 7 })
    expect(responder.hello.checkpoint).toBe('note')
    expect(initiator.reply?.checkpoint).toBe('their note')
    expect([initiator.peer.partyId, responder.peer.partyId]).toEqual(['firm-b', 'firm-a'])
    await initiator.close()
    await responder.close()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', initiator.receive())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', responder.receive())
  })

  it('lets the initiator send before the reply is there, and several receives wait', async () => {
    const initiator = await openSession(ends[0], opening())
    await initiator.send(utf8('early'))
    const waiting = [initiator.receive(), initiator.receive()]
    expect(initiator.reply).toBeNull()
    const responder = await acceptSession(ends[1], accepting())
    expect(await responder.receive()).toEqual(utf8('early'))
    await responder.send(utf8('first'))
    await responder.send(utf8('second'))
    expect(await Promise.all(waiting)).toEqual([utf8('first'), utf8('second')])
    expect(initiator.reply?.sender).toBe('firm-b')
  })

  it('runs in suite sm, the second time without a handshake', async () => {
    const responderSm = { ...firmBSm }
    const inSm = opening({ identity: { ...firmASm }, peer: peerOf(firmBSm) })
    const ofSm = accepting({ identity: responderSm, member: () => peerOf(firmASm) })
    for (const _run of [1, 2]) {
      const { initiator, responder } = await establish(inSm, ofSm)
      await initiator.send(utf8('question'))
      expect(await responder.receive()).toEqual(utf8('question'))
      await responder.send(utf8('answer'))
      expect(await initiator.receive()).toEqual(utf8('answer'))
      expect(responder.hello.suite).toBe('sm')
      for (const channel of ends) channel.abort()
      ends = await transport.open()
    }
    // The first session left a ticket on both sides, so the hello goes out before anybody answers.
    await openSession(ends[0], inSm)
    expect(ends[0].counters.sentFrames).toBe(1)
  })

  it('tells both sides when they are of different suites, and never falls back', async () => {
    const inSm = opening({ identity: { ...firmASm }, peer: peerOf(firmBSm) })
    const atIntl = acceptSession(ends[1], accepting({ member: () => peerOf(firmASm) }))
    await Promise.all([
      expectCodeAsync('ERR_SESSION_SUITE', openSession(ends[0], inSm)),
      expectCodeAsync('ERR_SESSION_SUITE', atIntl),
    ])
    ends = await transport.open()
    const member = vi.fn<() => ReturnType<typeof peerOf>>(() => peerOf(firmA))
    const atSm = acceptSession(ends[1], accepting({ identity: { ...firmBSm }, member }))
    const refused = expectCodeAsync('ERR_SESSION_SUITE', atSm)
    const plain = await openSession(ends[0], opening())
    await refused
    await expectCodeAsync('ERR_SESSION_SUITE', plain.receive())
    // Refused by its first byte, before anything of it was read.
    expect(member).not.toHaveBeenCalled()
  })

  it('refuses an inner channel of whom it does not know with a signed code', async () => {
    const accepted = acceptSession(ends[1], accepting({ identity: { ...firmBSm }, member: () => undefined }))
    const refused = expectCodeAsync('ERR_PEER_IDENTITY', accepted)
    const opened = openSession(ends[0], opening({ identity: { ...firmASm }, peer: peerOf(firmBSm) }))
    const error = await expectCodeAsync('ERR_PEER_REFUSED', opened)
    await refused
    expect(error.details).toEqual({ party: 'firm-b', peerCode: 'ERR_PEER_IDENTITY' })
  })

  it('does not believe a refusal of an inner channel that the peer did not sign', async () => {
    const accepted = acceptSession(ends[1], accepting({ identity: { ...firmBSm }, member: () => undefined }))
    const refused = expectCodeAsync('ERR_PEER_IDENTITY', accepted)
    const other = { ...peerOf(firmASm), partyId: 'firm-b' }
    const opened = openSession(ends[0], opening({ identity: { ...firmASm }, peer: other }))
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', opened)
    await refused
  })

  it('gives both sides the same transcript, and each session another', async () => {
    const first = await establish()
    expect(first.initiator.transcript.digest()).toEqual(first.responder.transcript.digest())
    ends = await transport.open()
    const second = await establish()
    expect(toHex(second.initiator.id)).not.toBe(toHex(first.initiator.id))
    expect(toHex(second.initiator.transcript.digest())).not.toBe(toHex(first.initiator.transcript.digest()))
  })

  it('signs for one purpose, one peer and one session', async () => {
    const { initiator, responder } = await establish()
    const message = utf8('message')
    const signature = initiator.sign('sample', message)
    responder.verifyPeer('sample', message, signature)
    initiator.verifyPeer('sample', message, responder.sign('sample', message))
    expectCode('ERR_VERIFY_SIGNATURE', () => responder.verifyPeer('other', message, signature))
    expectCode('ERR_VERIFY_SIGNATURE', () => responder.verifyPeer('sample', utf8('massage'), signature))
    expectCode('ERR_VERIFY_SIGNATURE', () => initiator.verifyPeer('sample', message, signature))
    ends = await transport.open()
    const second = await establish()
    expectCode('ERR_VERIFY_SIGNATURE', () => second.responder.verifyPeer('sample', message, signature))
  })

  it('is not opened over a connection to another party', async () => {
    const opened = openSession(ends[0], opening({ peer: peerOf(firmC) }))
    await expectCodeAsync('ERR_PEER_IDENTITY', opened)
    expect(ends[0].counters.sentFrames).toBe(0)
  })

  it('can be refused by either side later, and stays failed', async () => {
    const { initiator, responder } = await establish()
    await responder.refuse(new RangeError('secret'), Uint8Array.of(1, 2, 255))
    const error = await expectCodeAsync('ERR_PEER_REFUSED', initiator.receive())
    expect(error.details).toMatchObject({ peerCode: 'ERR_INTERNAL', statement: '0102ff' })
    expect(await expectCodeAsync('ERR_PEER_REFUSED', initiator.receive())).toBe(error)
    expect(await expectCodeAsync('ERR_PEER_REFUSED', initiator.send(utf8('more')))).toBe(error)
    ends = await transport.open()
    const second = await establish()
    await second.initiator.refuse(await expectCodeAsync('ERR_PEER_REFUSED', Promise.reject(error)))
    const reverse = await expectCodeAsync('ERR_PEER_REFUSED', second.responder.receive())
    expect(reverse.details).toEqual({ party: 'firm-a', peerCode: 'ERR_PEER_REFUSED' })
  })

  it('refuses to hand out anything when the reply is of another party', async () => {
    const session = await openSession(
      ends[0],
      opening({ peer: { ...peerOf(firmB), publicKey: firmC.signingKey.publicKey } }),
    )
    await acceptSession(ends[1], accepting())
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', session.receive())
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', session.receive())
  })

  it('ends when its signal fires', async () => {
    const controller = new AbortController()
    const { initiator, responder } = await establish(opening({ signal: controller.signal }))
    const waiting = expectCodeAsync('ERR_CHANNEL_ABORTED', initiator.receive())
    controller.abort()
    await waiting
    await expectCodeAsync('ERR_CHANNEL_ABORTED', initiator.send(utf8('more')))
    initiator.abort()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', responder.receive())
  })

  it('gives up in suite sm on a peer that does not answer the key agreement', async () => {
    const inSm = opening({ identity: { ...firmASm }, peer: peerOf(firmBSm), deadlineMs: 1 })
    await expectCodeAsync('ERR_CHANNEL_TIMEOUT', openSession(ends[0], inSm))
  })

  it('gives up on a peer that connects and says nothing', async () => {
    await expectCodeAsync('ERR_CHANNEL_TIMEOUT', acceptSession(ends[1], accepting({ helloTimeoutMs: 1 })))
  })
})
