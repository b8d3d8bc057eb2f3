import { webcrypto } from 'node:crypto'
import { partyUri } from '@mixun/core/channel'
import { type CryptoKey, generateTlsKeys, TLS_ALGORITHM, x509 } from './x509.ts'

const DAY_MS = 86_400_000
const CA_DAYS = 3_650
const PARTY_DAYS = 365
/** Certificates start a little early, so that members with a slow clock accept them. */
const BACKDATE_MS = 3_600_000

/** The consortium's own certificate authority: its certificate and its key. */
export interface Authority {
  readonly certificate: x509.X509Certificate
  readonly privateKey: CryptoKey
}

/** Makes the CA of a consortium: self-signed, path length 0, good for signing certificates only. */
export async function createAuthority(consortium: string, now = Date.now()): Promise<Authority> {
  const keys = await generateTlsKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: distinguishedName(`${consortium} CA`),
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + CA_DAYS * DAY_MS),
    signingAlgorithm: TLS_ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, privateKey: keys.privateKey }
}

/** Issues the certificate of a party for both ends of mutual TLS. */
export async function issueCertificate(
  authority: Authority,
  partyId: string,
  publicKey: x509.PublicKey | CryptoKey,
  hosts: readonly string[],
  now = Date.now(),
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: distinguishedName(partyId),
    issuer: authority.certificate.subjectName,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + PARTY_DAYS * DAY_MS),
    signingAlgorithm: TLS_ALGORITHM,
    publicKey,
    signingKey: authority.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: partyUri(partyId) },
        ...hosts.map(host => ({ type: /^[\d.]+$/.test(host) ? 'ip' : 'dns', value: host }) as const),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
}

function distinguishedName(commonName: string): x509.JsonName {
  return [{ CN: [commonName] }]
}

function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40 // positive and of constant length
  return Buffer.from(bytes).toString('hex')
}
