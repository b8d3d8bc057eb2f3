import { Home, type HomeConfig, type TrustAnchor, writeFileDurably } from '@mixun/sdk/home'
import type { KeyStoreOptions } from '@mixun/sdk/keystore'
import { type AdmissionRequest, checkAdmission, createAdmissionRequest } from './admission.ts'
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

/** The request of a home for admission, or for a new certificate when it is a member already. @throws ERR_KEY_FILE */
export async function requestAdmission(home: Home): Promise<AdmissionRequest> {
  const privateKey = await openPrivateKey(home.keys, 'tls')
  const { party, listen } = home.config
  const about = { name: party.name, address: listen.advertise, decryptionKey: home.decryptionKey }
  return createAdmissionRequest(
    home.identity,
    { privateKey, publicKey: await publicKeyOf(privateKey) },
    about,
  )
}

/** Takes in what the association answered: certificate, CA and trust anchor. @throws ERR_ADMISSION_FOREIGN */
export async function joinConsortium(home: Home, admission: unknown): Promise<TrustAnchor> {
  const tlsKey = await openPrivateKey(home.keys, 'tls')
  const { certificate, caCertificate, anchor } = await checkAdmission(home.identity, tlsKey, admission)
  writeFileDurably(home.paths.certificate, certificate)
  writeFileDurably(home.paths.caCertificate, caCertificate)
  home.writeAnchor(anchor)
  return anchor
}
