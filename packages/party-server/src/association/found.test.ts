import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex, utf8 } from '@mixun/core/bytes'
import { systemRandom } from '@mixun/core/random'
import { generateDecryptionSecret, importDecryptionKey } from '@mixun/core/sealing'
import { intl, signFor } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { type Member, signEntry } from '@mixun/ledger-adapter/ledger'
import { DEFAULT_LIMITS, Home, type HomeConfig } from '@mixun/sdk/home'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAdmissionRequest, generateTlsKeys, x509 } from '../certificates/index.ts'
import { damaged } from '../testing/damage.ts'
import { admitMember, DEFAULT_POINTS_RULES, foundConsortium } from './found.ts'
import { openAssociationLedger } from './ledger.ts'

const ADDRESS = '127.0.0.1:7440'
const configOf = (id: string, role: HomeConfig['party']['role']): HomeConfig => ({
  party: { id, name: id, role, suite: 'intl' },
  listen: { host: '127.0.0.1', port: 7440, advertise: ADDRESS },
  association: { id: 'xiehui', address: ADDRESS },
  operators: { makers: [], checkers: [] },
  limits: DEFAULT_LIMITS,
})

let folder: string
let home: Home
const found = (root: string) =>
  foundConsortium({
    root,
    consortium: 'test consortium',
    config: configOf('xiehui', 'association'),
    pointsRules: DEFAULT_POINTS_RULES,
  })
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-found-'))
  home = await found(join(folder, 'xiehui'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const newDecryptionKey = () => importDecryptionKey('intl', generateDecryptionSecret('intl', systemRandom))

async function requestOf(
  partyId: string,
  signingKey = intl.generateSigningKey(systemRandom),
  decryptionKey = newDecryptionKey(),
) {
  const identity = { partyId, suite: intl, signingKey }
  const about = { decryptionKey, name: `${partyId} 证券`, address: '127.0.0.1:7441' }
  return createAdmissionRequest(identity, await generateTlsKeys(), about)
}

/** What the ledger says. */
async function withLedger<T>(
  read: (ledger: ReturnType<typeof openAssociationLedger>) => T | Promise<T>,
): Promise<T> {
  const ledger = openAssociationLedger(home)
  try {
    return await read(ledger)
  } finally {
    await ledger.close()
  }
}

it('founds a consortium: anchor, CA, and a ledger that starts with genesis and the association', async () => {
  expect(home.anchor()).toEqual({
    consortium: 'test consortium',
    suite: 'intl',
    origin: 'mixun.local/xiehui',
    association: { partyId: 'xiehui', publicKey: home.identity.signingKey.publicKey },
  })
  const members = await withLedger(ledger => {
    ledger.verify()
    return ledger.registry.members().map(member => `${member.partyId} ${member.role} ${member.address}`)
  })
  expect(members).toEqual([`xiehui association ${ADDRESS}`])
  for (const file of ['keystore', 'ca.key', 'tls.key', 'store.key', 'identity.key', 'decryption.key']) {
    expect(statSync(join(home.paths.keys, file)).mode & 0o777).toBe(0o600)
  }
  expect(new X509Certificate(home.tls().certificate).checkIssued(new X509Certificate(home.tls().ca))).toBe(
    true,
  )
})

it('founds no second consortium in the same home: ERR_HOME_EXISTS', async () => {
  const before = await withLedger(ledger => ledger.size)
  await expectCodeAsync('ERR_HOME_EXISTS', found(home.root))
  expect(await withLedger(ledger => ledger.size)).toBe(before)
})

it('admits a firm with the digest of its certificate on the ledger, and its starting points', async () => {
  const { body } = await admitMember(home, await requestOf('jia'))
  const der = new X509Certificate(body.certificate).raw
  await withLedger(async ledger => {
    const member = ledger.registry.member('jia')
    expect(member).toMatchObject({
      role: 'firm',
      status: 'active',
      address: '127.0.0.1:7441',
      name: 'jia 证券',
    })
    expect(Buffer.from(member?.certificateDigest ?? []).toString('hex')).toBe(
      createHash('sha256').update(der).digest('hex'),
    )
    expect((await ledger.balance('jia')).available).toBe(DEFAULT_POINTS_RULES.grant)
  })
})

it('admits nobody whose certificate request names another party, or that another key signed', async () => {
  const identity = { partyId: 'bing', suite: intl, signingKey: intl.generateSigningKey(systemRandom) }
  const about = { decryptionKey: newDecryptionKey(), name: 'bing', address: '127.0.0.1:7442' }
  const request = await createAdmissionRequest(identity, await generateTlsKeys(), about)
  const resigned = (certificateRequest: string) => {
    const body = { ...request.body, certificateRequest }
    const signature = signFor(identity.signingKey, 'admission-request', utf8(JSON.stringify(body)))
    return { body, signature: toHex(signature) }
  }
  const { certificateRequest: ofYi } = (await requestOf('yi')).body
  const forged = x509.PemConverter.encode(
    damaged(new Uint8Array(x509.PemConverter.decodeFirst(request.body.certificateRequest))),
    'CERTIFICATE REQUEST',
  )
  for (const bad of [ofYi, forged, 'no request']) {
    await expectCodeAsync('ERR_CERTIFICATE_REQUEST', admitMember(home, resigned(bad)))
  }
  expect((await admitMember(home, resigned(request.body.certificateRequest))).body.partyId).toBe('bing')
})

it("admits nobody under the association's id, and nothing in a firm's home", async () => {
  await expectCodeAsync('ERR_LEDGER_MEMBER', admitMember(home, await requestOf('xiehui')))
  const firm = Home.create(join(folder, 'yi'), configOf('yi', 'firm'))
  await expectCodeAsync('ERR_HOME_ROLE', admitMember(firm, await requestOf('bing')))
  expectCode('ERR_HOME_ROLE', () => openAssociationLedger(firm))
  const before = await withLedger(ledger => ledger.size)
  const noKey = await requestOf('bing', undefined, { ...newDecryptionKey(), publicKey: new Uint8Array(32) })
  const { publicKey: ofAnother } = newDecryptionKey()
  const notOwn = await requestOf('bing', undefined, { ...newDecryptionKey(), publicKey: ofAnother })
  for (const bad of [noKey, notOwn, { body: {}, signature: '' }]) {
    await expectCodeAsync('ERR_CERTIFICATE_REQUEST', admitMember(home, bad))
  }
  expect(await withLedger(ledger => ledger.size)).toBe(before)
})

it('renews a member with its recorded key, and refuses another key under its id', async () => {
  const signingKey = intl.generateSigningKey(systemRandom)
  const first = await requestOf('ding', signingKey)
  await admitMember(home, first)
  await admitMember(home, first)
  const other = await requestOf('ding')
  await expectCodeAsync('ERR_MEMBER_KEY', admitMember(home, other))
  await expectCodeAsync('ERR_MEMBER_KEY', admitMember(home, await requestOf('ding', signingKey)))
  const member = await withLedger(ledger => ledger.registry.member('ding'))
  expect(toHex(member?.signingKey as Uint8Array)).toBe(first.body.signingKey)
})

it('does not lift a suspension by renewing a certificate', async () => {
  const request = await requestOf('wu')
  await admitMember(home, request)
  await withLedger(async ledger => {
    const member = ledger.registry.member('wu') as Member & { certificateDigest: Uint8Array }
    const { anchor } = ledger.registry
    await ledger.append(signEntry(home.identity, anchor, 'member', { ...member, status: 'suspended' }))
  })
  await admitMember(home, request)
  expect((await withLedger(ledger => ledger.registry.member('wu')))?.status).toBe('suspended')
})
