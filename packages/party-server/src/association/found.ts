import { createHash } from 'node:crypto'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import type { PointsRules } from '@mixun/ledger-adapter/points'
import { compareBytes, fromHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { Home, type HomeConfig, readHomeFile, writeFileDurably } from '@mixun/sdk/home'
import type { KeyStoreOptions } from '@mixun/sdk/keystore'
import {
  type Admission,
  type Authority,
  admit,
  createAuthority,
  generateTlsKeys,
  issueCertificate,
  openPrivateKey,
  storePrivateKey,
  x509,
} from '../certificates/index.ts'
import { openAssociationLedger } from './ledger.ts'

/** Points of a consortium that names no rules of its own: whole points, see `PointsRules`. */
export const DEFAULT_POINTS_RULES: PointsRules = {
  grant: 200,
  contributionPerThousandRows: { A: 0, B: 50, C: 25 },
  contributionPeriodDays: 7,
  attestations: 2,
  period: 'month',
  reportingPenalty: { late: 1, missing: 5 },
  queryPrice: { A: 1, B: 1, C: 1 },
}

export interface FoundOptions {
  readonly root: string
  readonly consortium: string
  readonly config: HomeConfig
  readonly pointsRules: PointsRules
  /** Passphrase of the association's key store. */
  readonly keys?: KeyStoreOptions
  /** The clock of the ledger's first entries, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
}

/**
 * Founds a consortium: the association's home, the CA, the ledger with its genesis entry and the association as first
 * member. @throws ERR_HOME_EXISTS, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE
 */
export async function foundConsortium(options: FoundOptions): Promise<Home> {
  const { config, now = Date.now } = options
  const home = Home.create(options.root, config, options.keys)
  const { identity, paths } = home
  const authority = await createAuthority(options.consortium)
  const tlsKeys = await generateTlsKeys()
  const host = config.listen.advertise.slice(0, config.listen.advertise.lastIndexOf(':'))
  const certificate = await issueCertificate(authority, identity.partyId, tlsKeys.publicKey, [host])
  await storePrivateKey(home.keys, 'ca', authority.privateKey)
  await storePrivateKey(home.keys, 'tls', tlsKeys.privateKey)
  writeFileDurably(paths.caCertificate, authority.certificate.toString('pem'))
  writeFileDurably(paths.certificate, certificate.toString('pem'))
  const { publicKey } = identity.signingKey
  home.writeAnchor({
    consortium: options.consortium,
    suite: config.party.suite,
    origin: `mixun.local/${identity.partyId}`,
    association: { partyId: identity.partyId, publicKey },
  })
  const { decryptionKey } = home
  const sealingKey = {
    encryptionKey: decryptionKey.publicKey,
    encryptionKeyProof: decryptionKey.prove(identity.partyId),
  }
  const ledger = openAssociationLedger(home, { now })
  const { anchor } = ledger.registry
  try {
    await ledger.append(
      signEntry(
        identity,
        anchor,
        'genesis',
        {
          consortium: options.consortium,
          suite: config.party.suite,
          association: identity.partyId,
          signingKey: publicKey,
          ...sealingKey,
          pointsRules: options.pointsRules,
        },
        { now },
      ),
    )
    await ledger.append(
      signEntry(
        identity,
        anchor,
        'member',
        {
          partyId: identity.partyId,
          name: config.party.name,
          role: 'association',
          signingKey: publicKey,
          ...sealingKey,
          certificateDigest: certificateDigest(certificate),
          address: config.listen.advertise,
          status: 'active',
        },
        { now },
      ),
    )
  } finally {
    await ledger.close()
  }
  return home
}

/**
 * Admits a firm or a regulator: issues its certificate and records it as a member. One that is a member already gets a
 * new certificate, and has to ask for it with the keys that it is recorded with: else whoever sends a request under its
 * id would be it. The key of TLS may be another.
 *
 * @param role what the association means to admit; the request has to say the same
 * @throws ERR_CERTIFICATE_REQUEST, ERR_MEMBER_KEY, ERR_LEDGER_…
 */
export async function admitMember(
  home: Home,
  request: unknown,
  role: 'firm' | 'regulator' = 'firm',
): Promise<Admission> {
  home.requireRole('association')
  const authority: Authority = {
    certificate: new x509.X509Certificate(readHomeFile(home.paths.caCertificate).toString('utf8')),
    privateKey: await openPrivateKey(home.keys, 'ca'),
  }
  const { member, certificate, admission } = await admit(home.identity, authority, home.anchor(), request)
  if (member.role !== role) {
    fail('ERR_CERTIFICATE_REQUEST', `expected the request of a ${role}, found that of a ${member.role}`)
  }
  const ledger = openAssociationLedger(home)
  try {
    const signingKey = fromHex(member.signingKey)
    const recorded = ledger.registry.member(member.partyId)
    const encryptionKey = fromHex(member.encryptionKey)
    if (
      recorded !== undefined &&
      recorded.role !== 'association' &&
      (recorded.role !== role ||
        compareBytes(recorded.signingKey, signingKey) !== 0 ||
        compareBytes(recorded.encryptionKey, encryptionKey) !== 0)
    ) {
      fail('ERR_MEMBER_KEY', `${member.partyId} is a member with other keys, or in another role`)
    }
    await ledger.append(
      signEntry(home.identity, ledger.registry.anchor, 'member', {
        partyId: member.partyId,
        name: member.name,
        role,
        signingKey,
        encryptionKey,
        encryptionKeyProof: fromHex(member.encryptionKeyProof),
        certificateDigest: certificateDigest(certificate),
        address: member.address,
        // Renewing a certificate does not lift a suspension.
        status: recorded?.status ?? 'active',
      }),
    )
  } finally {
    await ledger.close()
  }
  return admission
}

/** The fingerprint that `openssl x509 -fingerprint -sha256` shows, in every suite: certificates are not of the suite. */
function certificateDigest(certificate: x509.X509Certificate): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(Buffer.from(certificate.rawData)).digest())
}
