import { readFileSync } from 'node:fs'
import type { TlsMaterial } from '@mixun/core/channel'
import {
  generateTlsKeys,
  issueCertificate,
  openPrivateKey,
  privateKeyToPem,
  x509,
} from '../certificates/index.ts'
import type { TestParty } from './test-party.ts'

/** A certificate of the consortium's CA for a party that was never admitted. */
export async function strangerCertificate(association: TestParty, partyId: string): Promise<TlsMaterial> {
  const { home } = association
  const ca = readFileSync(home.paths.caCertificate, 'utf8')
  const authority = {
    certificate: new x509.X509Certificate(ca),
    privateKey: await openPrivateKey(home.keys, 'ca'),
  }
  const keys = await generateTlsKeys()
  const certificate = await issueCertificate(authority, partyId, keys.publicKey, ['127.0.0.1'])
  return { ca, certificate: certificate.toString('pem'), key: await privateKeyToPem(keys.privateKey) }
}
