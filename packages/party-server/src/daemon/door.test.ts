import { readFileSync, writeFileSync } from 'node:fs'
import type { Channel } from '@mixun/core/channel'
import { systemRandom } from '@mixun/core/random'
import { openSession } from '@mixun/core/session'
import { SUITE_IDS, suiteById } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, RemoteLedger } from '@mixun/ledger-adapter/remote'
import { Mixun } from '@mixun/sdk'
import { Connections, ledgerAnchor } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { type CallOptions, call, dial, refusalOf } from '../testing/call.ts'
import { consentOf } from '../testing/clients.ts'
import { damaged } from '../testing/damage.ts'
import { leaksIn, textsOfDefaults, textsOfKeys } from '../testing/secrets.ts'
import { strangerCertificate } from '../testing/stranger.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'

const MAX_SESSIONS = 6
/** For what happens soon, but not at once. */
const WAIT = { timeout: 30_000, interval: 100 }
const LEDGER = { protocol: LEDGER_PROTOCOL, parameters: LEDGER_PARAMETERS }
const SYNC = { protocol: 'table-sync', parameters: 'tablesync_chunk262144' }
const atYi = { subject: investor(1), kind: 'contract-due-not-repaid' } as const

let consortium: TestConsortium
let association: TestParty
let jia: TestParty
let yi: TestParty
let ding: TestParty

const endpointOf = ({ id, home }: TestParty) => ({
  partyId: id,
  publicKey: home.identity.signingKey.publicKey,
  address: home.config.listen.advertise,
})

/** The code with which a hello is refused. */
const refusedHello = async (options: CallOptions) => refusalOf(call(options))

describe.each(SUITE_IDS)('in suite %s', suiteId => {
  const suite = suiteById(suiteId)

  beforeAll(async () => {
    consortium = await TestConsortium.found({
      suite: suiteId,
      firms: { jia: null, yi: [atYi], bing: [], ding: null },
      limits: { maxSessionsPerMember: MAX_SESSIONS },
    })
    association = consortium.association
    jia = consortium.firm('jia')
    yi = consortium.firm('yi')
    ding = consortium.firm('ding')
  })

  afterAll(() => consortium[Symbol.asyncDispose]())

  describe('certificates', () => {
    it('a firm of another consortium is turned away in the handshake: ERR_CHANNEL_TLS, both at firms and association', async () => {
      await using other = await TestConsortium.found({ suite: suiteId, firms: { jia: null } })
      const stranger = other.firm('jia')
      for (const to of [yi, association]) {
        await expectCodeAsync('ERR_CHANNEL_TLS', dial({ from: jia, to, tls: stranger.home.tls() }))
      }
      const { config } = stranger.home.paths
      const theirs = other.association.home.config.listen.advertise
      const ours = association.home.config.listen.advertise
      writeFileSync(config, readFileSync(config, 'utf8').replace(theirs, ours))
      await expectCodeAsync('ERR_CHANNEL_TLS', Mixun.open(stranger.root))
    })

    it('a server that shows the certificate of another member is not talked to', async () => {
      await expectCodeAsync(
        'ERR_CHANNEL_TLS',
        dial({ from: jia, to: { ...yi, id: 'ding', home: yi.home } as TestParty }),
      )
    })

    it("a member's certificate with another member's name or key is refused", async () => {
      const { identity } = ding.home
      expect(await refusedHello({ from: jia, to: yi, ...SYNC, identity })).toBe('ERR_PEER_IDENTITY')
      const mixed = { ...jia.home.identity, signingKey: identity.signingKey }
      const refused = refusedHello({ from: jia, to: yi, ...SYNC, identity: mixed })
      // In suite sm the answer of the inner channel is for who holds the registered key only.
      const codes = { intl: 'ERR_VERIFY_SIGNATURE', sm: 'ERR_VERIFY_CONFIRMATION' }
      expect(await refused.catch(error => error.code)).toBe(codes[suiteId])
    })

    it('a certified party that is no member, or no longer one, is refused, and its open sessions are cut', async () => {
      const signingKey = suite.generateSigningKey(systemRandom)
      const tls = await strangerCertificate(association, 'stranger')
      const identity = { partyId: 'stranger', suite, signingKey }
      expect(await refusedHello({ from: jia, to: yi, ...SYNC, identity, tls })).toBe('ERR_PEER_IDENTITY')

      expect(await refusedHello({ from: ding, to: yi, ...SYNC })).toBe('ERR_TABLE_UNAVAILABLE')
      const ledger = openAssociationLedger(association.home)
      const member = ledger.registry.member('ding')
      if (member === undefined || member.certificateDigest === null) throw new Error('ding is a member')
      const { certificateDigest } = member
      const suspended = { ...member, certificateDigest, status: 'suspended' } as const
      const connections = [new Connections(ding.home), new Connections(jia.home)] as const
      const openTo = (to: TestParty, from: Connections) => from.openSession(endpointOf(to), LEDGER)
      const sessions = [
        await openTo(yi, connections[0]),
        await openTo(association, connections[0]),
        await openTo(yi, connections[1]),
      ] as const
      const ends = sessions.map(session => session.receive().then(String, error => error.code))
      await vi.waitUntil(() => sessions.every(({ reply }) => reply !== null), WAIT)
      await ledger.append(signEntry(association.home.identity, ledger.registry.anchor, 'member', suspended))
      await ledger.close()
      await vi.waitFor(
        async () => expect(await refusedHello({ from: ding, to: yi, ...SYNC })).toBe('ERR_PEER_IDENTITY'),
        WAIT,
      )
      for (const end of ends.slice(0, 2))
        expect(await end).toMatch(/^ERR_CHANNEL_(CLOSED|ABORTED|TRUNCATED)$/)
      expect(await Promise.race([ends[2], 'open'])).toBe('open')
      for (const connection of connections) connection.close()
    })
  })

  describe('hellos', () => {
    it.each([
      ['an unknown protocol', { protocol: 'gossip', parameters: LEDGER_PARAMETERS }],
      ['unknown parameters', { ...LEDGER, parameters: 'ledger_v9' }],
      ['a protocol of the association only', { ...SYNC, protocol: 'list-sync' }],
    ])('with %s are refused by a firm', async (_case, names) => {
      expect(await refusedHello({ from: jia, to: yi, ...names })).toBe('ERR_SESSION_PROTOCOL')
    })

    it('that are late or from the future are refused', async () => {
      for (const hours of [-1, 1]) {
        const now = () => Date.now() + hours * 3_600_000
        expect(await refusedHello({ from: jia, to: yi, ...SYNC, now })).toBe('ERR_SESSION_DEADLINE')
      }
    })

    it.runIf(suiteId === 'sm')('outside an inner channel are refused: ERR_SESSION_SUITE', async () => {
      const before = yi.loggedCodes.length
      const channel = await dial({ from: jia, to: yi })
      await channel.send(new Uint8Array(200).fill(1))
      expect((await channel.receive())[0]).toBe(OTHER_SUITE)
      channel.abort()
      expect(await vi.waitUntil(() => yi.loggedCodes[before], WAIT)).toBe('ERR_SESSION_SUITE')
    })
  })

  describe.runIf(suiteId === 'intl')('bare frames of hellos', () => {
    it('to another party are refused', async () => {
      const hello = await helloFrame({ from: jia, to: association, ...LEDGER })
      expect(await loggedRefusal(yi, hello)).toBe('ERR_PEER_IDENTITY')
    })

    it('that come a second time are refused', async () => {
      const hello = await helloFrame({ from: jia, to: association, ...LEDGER })
      const first = await dial({ from: jia, to: association })
      await first.send(hello)
      expect((await first.receive())[0]).toBe(REPLY)
      expect(await loggedRefusal(association, hello)).toBe('ERR_SESSION_REPLAYED')
      first.abort()
    })

    it.each([
      ['cut off in the middle', (hello: Uint8Array) => hello.subarray(0, 60), 'ERR_DECODE_LENGTH'],
      [
        'with a byte too many',
        (hello: Uint8Array) => Buffer.concat([hello, Buffer.of(0)]),
        'ERR_DECODE_TRAILING',
      ],
      ['of another kind of frame', (hello: Uint8Array) => hello.with(0, 3), 'ERR_DECODE_SCHEMA'],
      ['of no bytes', () => new Uint8Array(0), 'ERR_DECODE_LENGTH'],
      ['with a changed signature', damaged, 'ERR_VERIFY_SIGNATURE'],
    ])('%s are refused', async (_case, change, code) => {
      const hello = await helloFrame({ from: jia, to: yi, ...SYNC })
      expect(await loggedRefusal(yi, change(hello))).toBe(code)
    })

    it('above the frame limit end the stream: ERR_LIMIT_FRAME_BYTES', async () => {
      const channel = await dial({ from: jia, to: yi, maxFrameBytes: 4_194_304 })
      await channel.send(new Uint8Array(2_097_152)).catch(() => {})
      await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', channel.receive())
      await vi.waitFor(() => expect(yi.loggedCodes.at(-1)).toBe('ERR_LIMIT_FRAME_BYTES'), WAIT)
    })
  })

  describe('downloads', () => {
    it.each([
      ['no dataset', {}],
      ['an epoch that was never published', { dataset: { provider: 'yi', class: 'B', epoch: 9 } }],
      ["another party's table", { dataset: { provider: 'bing', class: 'B', epoch: 1 } }],
      ['a table of a party that publishes none', { dataset: { provider: 'ding', class: 'B', epoch: 1 } }],
    ])('of %s are refused', async (_case, hello) => {
      expect(await refusedHello({ from: jia, to: yi, ...SYNC, ...hello })).toBe('ERR_TABLE_UNAVAILABLE')
    })

    it('of a list that was never published are refused', async () => {
      const dataset = { provider: 'xiehui', class: 'A', epoch: 1 }
      const names = { ...SYNC, protocol: 'list-sync', dataset }
      expect(await refusedHello({ from: jia, to: association, ...names })).toBe('ERR_TABLE_UNAVAILABLE')
    })
  })

  it('a member has no more sessions open at once than the limit allows', async () => {
    const ledgers = Array.from(
      { length: MAX_SESSIONS },
      () =>
        new RemoteLedger({
          anchor: ledgerAnchor(jia.home.anchor()),
          connect: () => call({ from: jia, to: association, ...LEDGER }),
        }),
    )
    // Sessions of tests before this one may still be counted.
    await vi.waitFor(() => Promise.all(ledgers.map(ledger => ledger.checkpoint())), WAIT)
    expect(await refusedHello({ from: jia, to: association, ...LEDGER })).toBe('ERR_LIMIT_SESSIONS')
    await using other = await consortium.firm('yi').client() // another member is not affected
    expect((await other.points()).reserved).toBe(0)
    await Promise.all(ledgers.map(ledger => ledger.close()))
    await vi.waitFor(() =>
      consortium
        .firm('jia')
        .client()
        .then(client => client.close()),
    )
  })

  it('streams that say nothing are cut at twice the limit', async () => {
    const bing = consortium.firm('bing')
    const silent = await Promise.all(
      Array.from({ length: 2 * MAX_SESSIONS }, () => dial({ from: bing, to: yi })),
    )
    await vi.waitFor(async () => {
      const next = await dial({ from: bing, to: yi })
      silent.push(next)
      await expectCodeAsync('ERR_CHANNEL_CLOSED', next.receive({ signal: AbortSignal.timeout(1_000) }))
    }, WAIT)
    expect(yi.loggedCodes.at(-1)).toBe('ERR_LIMIT_SESSIONS')
    for (const channel of silent) channel.abort()
    await vi.waitFor(
      async () => expect(await refusedHello({ from: bing, to: yi, ...SYNC })).toBe('ERR_TABLE_UNAVAILABLE'),
      WAIT,
    )
  })

  it('after all of this the doors still serve, and the logs hold no subject, no record and no key', async () => {
    await using mixun = await jia.client()
    const consent = await consentOf(mixun, atYi.subject)
    const answer = await mixun.checkDefaults(atYi.subject, { consent, requestId: 'still there' })
    expect(answer).toMatchObject({ verdict: 'found', missing: [] })
    const parties = [association, yi]
    const log = parties.map(party => party.logText).join('')
    const secrets = [...textsOfDefaults([atYi]), ...parties.flatMap(textsOfKeys)]
    expect(log).toContain(suiteId === 'intl' ? 'ERR_VERIFY_SIGNATURE' : 'ERR_SESSION_SUITE')
    expect(log).toContain('"peer":"jia"')
    expect(leaksIn(`${log} resident-id:${atYi.subject.reveal()}`, secrets)).toContain(atYi.subject.reveal())
    expect(leaksIn(log, secrets)).toEqual([])
  })

  /** First byte of a frame that answers, or refuses, a hello. */
  const REPLY = 2
  const REFUSAL = 4
  const OTHER_SUITE = 5

  /** Sends a first frame that is to be refused; the code that the refusing party logs. */
  async function loggedRefusal(to: TestParty, frame: Uint8Array): Promise<string> {
    const before = to.loggedCodes.length
    const channel = await dial({ from: jia, to })
    await channel.send(frame)
    expect((await channel.receive())[0]).toBe(REFUSAL)
    channel.abort()
    return (await vi.waitUntil(() => to.loggedCodes[before], WAIT)) as string
  }

  /** The bytes of a signed hello. */
  async function helloFrame(options: CallOptions): Promise<Uint8Array> {
    const frames: Uint8Array[] = []
    const channel = { send: async (frame: Uint8Array) => void frames.push(frame) } as unknown as Channel
    const { from, to } = options
    const peer = { partyId: to.id, publicKey: to.home.identity.signingKey.publicKey }
    await openSession(channel, { identity: from.home.identity, peer, ...options })
    return frames[0] as Uint8Array
  }
})
