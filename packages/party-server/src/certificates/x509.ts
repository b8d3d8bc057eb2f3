import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto)

export type CryptoKey = webcrypto.CryptoKey
export type CryptoKeyPair = webcrypto.CryptoKeyPair

/** ECDSA P-256 with SHA-256: what mutual TLS uses in every consortium. */
export const TLS_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export { x509 }

export async function generateTlsKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(TLS_ALGORITHM, true, ['sign', 'verify'])
}

export async function privateKeyToPem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

export async function privateKeyFromPem(pem: string): Promise<CryptoKey> {
  const der = x509.PemConverter.decodeFirst(pem)
  return webcrypto.subtle.importKey('pkcs8', der, TLS_ALGORITHM, true, ['sign'])
}

/** The public half of a private key of TLS. */
export async function publicKeyOf(privateKey: CryptoKey): Promise<CryptoKey> {
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', privateKey)
  return webcrypto.subtle.importKey('jwk', { kty, crv, x, y } as webcrypto.JsonWebKey, TLS_ALGORITHM, true, [
    'verify',
  ])
}
