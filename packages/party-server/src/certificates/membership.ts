import { Home, type HomeConfig, type TrustAnchor, writeFileDurably } from '@mixun/sdk/home'
import type { KeyStoreOptions } from '@mixun/sdk/keystore'
import { type AdmissionRequest, checkAdmission, createAdmissionRequest } from './admission.ts'
import { Consortium } from '@mixun/sdk/consortium'
import { existsSync } from 'node:fs'
import { openPrivateKey, storePrivateKey } from './private-keys.ts'
import { generateTlsKeys, publicKeyOf } from './x509.ts'

/**
 * Makes a firm's home with all its keys, and its request for admission.
 *
 * @throws ERR_HOME_EXISTS, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE
 */
export async function createMemberHome(
  root: string,
  config: HomeConfig,
  keys: KeyStoreOptions = {},
): Promise<{ home: Home; request: AdmissionRequest }> {
  const home = Home.create(root, config, keys)
  await storePrivateKey(home.keys, 'tls', (await generateTlsKeys()).privateKey)
  return { home, request: await requestAdmission(home) }
}

/**
 * The request of a home for admission, or for a new certificate when it is a member already: for the newest key of TLS.
 *
 * @throws ERR_KEY_FILE
 */
export async function requestAdmission(home: Home): Promise<AdmissionRequest> {
  useRecordedKeys(home)
  const privateKey = await openPrivateKey(home.keys, 'tls', newestTlsKey(home))
  const { party, listen } = home.config
  const role = party.role === 'regulator' ? 'regulator' : 'firm'
  const about = {
    name: party.name,
    address: listen.advertise,
    decryptionKey: home.decryptionKey,
    role,
  } as const
  return createAdmissionRequest(
    home.identity,
    { privateKey, publicKey: await publicKeyOf(privateKey) },
    about,
  )
}

/**
 * Makes a new key of TLS, for the next request; the certificate of today, and its key, stay in use until the answer is
 * taken in.
 */
export async function renewTlsKey(home: Home): Promise<void> {
  await storePrivateKey(home.keys, 'tls', (await generateTlsKeys()).privateKey, newestTlsKey(home) + 1)
}

function newestTlsKey(home: Home): number {
  return home.keys.generations('tls').at(-1)?.generation ?? 1
}

/** A member asks with the keys that it has on record, which its own copy of the ledger knows. */
function useRecordedKeys(home: Home): void {
  if (!existsSync(home.paths.ledger) || home.config.party.role === 'association') return
  void Consortium.open(home).close()
}

/** Takes in what the association answered: certificate, CA and trust anchor. @throws ERR_ADMISSION_FOREIGN */
export async function joinConsortium(home: Home, admission: unknown): Promise<TrustAnchor> {
  useRecordedKeys(home)
  const generations = home.keys.generations('tls').map(({ generation }) => generation)
  const tlsKeys = await Promise.all(generations.map(each => openPrivateKey(home.keys, 'tls', each)))
  const { certificate, caCertificate, anchor } = await checkAdmission(home.identity, tlsKeys, admission)
  writeFileDurably(home.paths.certificate, certificate)
  writeFileDurably(home.paths.caCertificate, caCertificate)
  home.writeAnchor(anchor)
  return anchor
}
