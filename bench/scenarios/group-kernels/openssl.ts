import { createECDH, diffieHellman, generateKeyPairSync } from 'node:crypto'
import type { Step } from '../../harness/time-steps.ts'
import { OPENSSL } from '../../peers/openssl.ts'

/**
 * Multiplications on SM2's curve by the OpenSSL in Node: a key agreement is one by a variable base, and taking in a
 * private key, whose public key it derives, one by the fixed base. Each comes with the handling of a key around it.
 */
export function opensslSteps(): Step[] {
  const [own, peer] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'SM2' }))
  if (own === undefined || peer === undefined) throw new Error('expected two keys')
  const agreement = { privateKey: own.privateKey, publicKey: peer.publicKey }
  const ecdh = createECDH('SM2')
  ecdh.generateKeys()
  const secret = ecdh.getPrivateKey()
  return [
    { name: 'multiply, variable base', side: OPENSSL, run: () => diffieHellman(agreement) },
    { name: 'multiply, fixed base', side: OPENSSL, run: () => ecdh.setPrivateKey(secret) },
  ]
}
