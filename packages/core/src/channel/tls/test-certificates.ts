import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { TlsMaterial } from './tls-material.ts'

x509.cryptoProvider.set(webcrypto)

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

interface CertificateOptions {
  /** Subject alternative names; by default the party's URI. */
  readonly names?: readonly string[]
  /** When it expires, in days from now; default 1. */
  readonly days?: number
}

/** A CA for tests of transports. */
export interface TestAuthority {
  readonly ca: string
  issue(partyId: string, options?: CertificateOptions): Promise<TlsMaterial>
}

export async function testAuthority(name = 'test CA'): Promise<TestAuthority> {
  const keys = await generateKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 10 * DAY_MS),
    notAfter: new Date(Date.now() + 10 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  })
  const ca = root.toString('pem')
  return {
    ca,
    async issue(partyId, { names = [`mixun://party/${partyId}`], days = 1 } = {}) {
      const own = await generateKeys()
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${partyId}`,
        issuer: root.subject,
        notBefore: new Date(Date.now() - 5 * DAY_MS),
        notAfter: new Date(Date.now() + days * DAY_MS),
        signingAlgorithm: ALGORITHM,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions:
          names.length === 0
            ? []
            : [
                new x509.SubjectAlternativeNameExtension(
                  names.map(value => ({ type: 'url', value }) as const),
                ),
              ],
      })
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey)
      return {
        ca,
        certificate: certificate.toString('pem'),
        key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
      }
    },
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}
