import { fromUtf8, utf8, wipe } from '@mixun/core/bytes'
import type { KeyStore } from '@mixun/sdk/keystore'
import { type CryptoKey, privateKeyFromPem, privateKeyToPem } from './x509.ts'

/** Keeps a private key of TLS or of the CA in a key store, as PEM. @throws ERR_KEY_EXISTS */
export async function storePrivateKey(
  keys: KeyStore,
  name: 'tls' | 'ca',
  key: CryptoKey,
  generation?: number,
): Promise<void> {
  const pem = utf8(await privateKeyToPem(key))
  keys.storeSecret(name, pem, generation)
  wipe(pem)
}

/** @throws ERR_HOME_MISSING, ERR_KEY_FILE */
export async function openPrivateKey(
  keys: KeyStore,
  name: 'tls' | 'ca',
  generation?: number,
): Promise<CryptoKey> {
  const pem = keys.openSecret(name, generation)
  try {
    return await privateKeyFromPem(fromUtf8(pem))
  } finally {
    wipe(pem)
  }
}
