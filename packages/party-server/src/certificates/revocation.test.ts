import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TlsMaterial } from '@mixun/core/channel'
import { toHex, utf8 } from '@mixun/core/bytes'
import { type ErrorCode, MixunError } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import { signFor } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import type { Session } from '@mixun/core/session'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, RemoteLedger } from '@mixun/ledger-adapter/remote'
import { Connections, ledgerAnchor } from '@mixun/sdk/consortium'
import { admitMember } from '../association/found.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { revokeSuperseded } from '../association/superseded.ts'
import { revokeCertificate as revoke } from '../cli/verbs/revoke-certificate.ts'
import { requestCertificate } from '../cli/verbs/request-certificate.ts'
import { examine } from '../doctor/doctor.ts'
import { call, refusalOf } from '../testing/call.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { joinConsortium } from './index.ts'

const HOUR_MS = 3_600_000
const LEDGER = { protocol: LEDGER_PROTOCOL, parameters: LEDGER_PARAMETERS }

let consortium: TestConsortium
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { jia: null, yi: [], bing: [] }, webSockets: ['bing'] })
})
afterAll(() => consortium[Symbol.asyncDispose]())

const fingerprint = ({ certificate }: TlsMaterial) =>
  createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex')

async function revokeAs(...args: string[]) {
  const { root } = consortium.association
  return runVerb(revoke, [...args, '--reason', 'superseded', '--home', root, '--json'])
}

/** Opens a session of jia with a member, over the transport that it serves. */
function openTo(to: 'yi' | 'bing', connections: Connections): Promise<Session> {
  const { identity, config } = consortium.firm(to).home
  const { publicKey } = identity.signingKey
  return connections.openSession({ partyId: to, publicKey, address: config.listen.advertise }, LEDGER)
}

/** What a member says to jia's hello; null when it opens a session. */
async function refusal(to: 'yi' | 'bing'): Promise<string | null> {
  const connections = new Connections(consortium.firm('jia').home)
  try {
    const session = await openTo(to, connections)
    // Nobody answers a ledger session without a question: either a refusal comes, or nothing.
    const silence = sleep(500, null)
    return await Promise.race([refusalOf(session), silence])
  } catch (error) {
    // Opened right before the entry came in, and cut by it.
    if (error instanceof MixunError && error.code === 'ERR_CHANNEL_CLOSED') return null
    throw error
  } finally {
    connections.close()
  }
}

/** Until the members' daemons have taken in what is new on the ledger. */
async function untilRefused(to: 'yi' | 'bing'): Promise<string> {
  for (;;) {
    const code = await refusal(to)
    if (code !== null) return code
  }
}

/** Repeats an action until it fails with this code, as it will; a channel that is cut meanwhile is no matter. */
async function untilCode(code: ErrorCode, action: () => Promise<unknown>): Promise<MixunError> {
  for (;;) {
    try {
      await action()
      await sleep(50)
    } catch (error) {
      if (error instanceof MixunError && error.code === code) return error
      if (!(error instanceof MixunError) || error.code !== 'ERR_CHANNEL_CLOSED') throw error
    }
  }
}

describe('a certificate', () => {
  it('that was revoked is refused at every door, over both transports, and open sessions are cut', async () => {
    const jia = consortium.firm('jia')
    const connections = new Connections(jia.home)
    const mirror = new RemoteLedger({
      anchor: ledgerAnchor(jia.home.anchor()),
      connect: () => openTo('yi', connections),
    })
    await mirror.checkpoint()
    expect((await revokeAs('jia')).exitCode).toBe(0)
    // As long as its session stands, the mirror answers; the next one is refused.
    const cut = untilCode('ERR_PEER_REFUSED', () => mirror.checkpoint())
    expect((await cut).details).toMatchObject({ peerCode: 'ERR_CERTIFICATE_REVOKED' })
    await mirror.close()
    connections.close()
    expect([await untilRefused('yi'), await untilRefused('bing')]).toEqual([
      'ERR_CERTIFICATE_REVOKED',
      'ERR_CERTIFICATE_REVOKED',
    ])
    await expectCodeAsync('ERR_PEER_REFUSED', jia.client())
    const findings = await examine({ root: jia.root, open: async () => jia.home })
    const [association] = findings.filter(({ check }) => check === 'peers')
    expect(association).toMatchObject({ severity: 'error', code: 'ERR_PEER_REFUSED' })
    expect(association?.next?.[0]).toContain('mixun request-certificate')
  })

  it('that takes its place works at once, and the old one stays refused', async () => {
    const jia = consortium.firm('jia')
    const old = jia.home.tls()
    const out = `${consortium.root}/renewal.json`
    expect((await runVerb(requestCertificate, ['--home', jia.root, '--out', out, '--json'])).exitCode).toBe(0)
    const request: unknown = JSON.parse(readFileSync(out, 'utf8'))
    await joinConsortium(jia.home, await admitMember(consortium.association.home, request))
    expect(fingerprint(jia.home.tls())).not.toBe(fingerprint(old))
    expect([await refusal('yi'), await refusal('bing')]).toEqual([null, null])
    await using _client = await jia.client()
    const opening = call({ from: jia, to: consortium.firm('yi'), tls: old, ...LEDGER })
    expect(await refusalOf(opening)).toBe('ERR_CERTIFICATE_REVOKED')
  })

  it('is revoked once, by the fingerprint that openssl shows, or the one on record', async () => {
    const { certificate } = consortium.firm('yi').home.tls()
    const { fingerprint256 } = new X509Certificate(certificate)
    expect(JSON.parse((await revokeAs('yi', '--fingerprint', fingerprint256)).stdout)).toMatchObject({
      party: 'yi',
    })
    expect(codeIn(await revokeAs('yi'))).toBe('ERR_CERTIFICATE_REVOKED')
    expect(codeIn(await revokeAs('yi', '--fingerprint', 'ab'))).toBe('ERR_INPUT_LENGTH')
    expect(codeIn(await revokeAs('nobody'))).toBe('ERR_LEDGER_MEMBER')
  })
})

describe('a new key of TLS', () => {
  const renew = async (id: string, of = consortium) => {
    const { home, root } = of.firm(id)
    const out = `${of.root}/${id}-new-key.json`
    const asked = await runVerb(requestCertificate, ['--new-key', '--home', root, '--out', out, '--json'])
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' })
    // Until the answer is there, the party goes on under the old one.
    const before = of.firm(id).home.tls()
    expect(fingerprint(before)).toBe(fingerprint(home.tls()))
    expect(before.key).toBe(home.tls().key)
    const admission = await admitMember(of.association.home, JSON.parse(readFileSync(out, 'utf8')))
    await joinConsortium(of.firm(id).home, admission)
    const after = of.firm(id).home.tls()
    expect(after.key).not.toBe(before.key)
    expect(new X509Certificate(after.certificate).checkPrivateKey(createPrivateKey(after.key))).toBe(true)
    return { old: before, admission }
  }

  it('is asked for with the identity key, goes into use with its certificate, and the old one ends after a week', async () => {
    const bing = consortium.firm('bing')
    const { old, admission } = await renew('bing')
    // The daemon serves with the old one until it is started anew.
    expect(await refusal('bing')).toBeNull()
    await bing.stop()
    await bing.start()
    expect(await refusal('bing')).toBeNull()
    const { home } = consortium.association
    const ledger = openAssociationLedger(home)
    const digest = Buffer.from(fingerprint(old), 'hex')
    const others = (await revokeSuperseded(home, ledger, Date.now() + 167 * HOUR_MS)).filter(
      id => id === 'bing',
    )
    expect([others, ledger.registry.isCertificateRevoked(digest)]).toEqual([[], false])
    expect(await revokeSuperseded(home, ledger, Date.now() + 169 * HOUR_MS)).toContain('bing')
    expect(ledger.registry.isCertificateRevoked(digest)).toBe(true)
    expect(await revokeSuperseded(home, ledger, Date.now() + 169 * HOUR_MS)).toEqual([])
    await ledger.close()
    await expectCodeAsync('ERR_ADMISSION_FOREIGN', joinConsortium(consortium.firm('yi').home, admission))
    const findings = await examine({ root: bing.root, open: async () => bing.home })
    expect(findings.find(({ check }) => check === 'certificates')?.severity).toBe('ok')
  })

  it('is for who signs with the identity key: another request is refused, and leaves the certificate as it is', async () => {
    const out = `${consortium.root}/stolen.json`
    const { root } = consortium.firm('yi')
    await runVerb(requestCertificate, ['--new-key', '--home', root, '--out', out, '--json'])
    const request = JSON.parse(readFileSync(out, 'utf8'))
    const { suite } = consortium.firm('yi').home.identity
    const thief = suite.generateSigningKey(systemRandom)
    const body = { ...request.body, signingKey: toHex(thief.publicKey) }
    const signature = toHex(signFor(thief, 'admission-request', utf8(JSON.stringify(body))))
    const { home } = consortium.association
    await expectCodeAsync('ERR_MEMBER_KEY', admitMember(home, { body, signature }))
    await expectCodeAsync('ERR_CERTIFICATE_REQUEST', admitMember(home, { ...request, body }))
  })

  it('lets the association end the old certificate by itself, at the end of the overlap', async () => {
    const limits = { certificateOverlapHours: 0 }
    await using other = await TestConsortium.found({ firms: { jia: null, yi: [] }, limits })
    const { old } = await renew('jia', other)
    const opening = (tls?: TlsMaterial) => {
      const parties = { from: other.firm('jia'), to: other.firm('yi') }
      return call({ ...parties, ...(tls === undefined ? {} : { tls }), ...LEDGER })
    }
    const refused = async () => {
      const session = await opening(old)
      return Promise.race([refusalOf(session).catch(() => null), sleep(500, null)])
    }
    await expect.poll(refused, { timeout: 20_000 }).toBe('ERR_CERTIFICATE_REVOKED')
    const session = await opening()
    expect(await Promise.race([refusalOf(session).catch(() => null), sleep(500, 'open')])).toBe('open')
    session.abort()
  })
})
