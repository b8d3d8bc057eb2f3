import { execFileSync } from 'node:child_process'
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as opensslSign,
  verify as opensslVerify,
} from 'node:crypto'
import { versions } from 'node:process'
import { utf8 } from '@mixun/core/bytes'
import { encodeSm2PrivateKey, encodeSm2Spki, type Sm2PrivateKey } from '@mixun/core/sm'
import type { Sm2Implementation } from './sm2-implementation.ts'

export const OPENSSL = `OpenSSL ${versions.openssl}, in node:crypto`
export const OPENSSL_SPEED = 'openssl speed sm2'

/** With an imported key node:crypto signs by SM2, under an empty user id that cannot be changed; it encrypts nothing. */
export function opensslSm2(key: Sm2PrivateKey): Sm2Implementation {
  const der = (bytes: Uint8Array) => ({ key: Buffer.from(bytes), format: 'der' as const })
  const privateKey: KeyObject = createPrivateKey({
    ...der(encodeSm2PrivateKey(key, 'pkcs8')),
    type: 'pkcs8',
  })
  const publicKey = createPublicKey({ ...der(encodeSm2Spki(key.publicKey)), type: 'spki' })
  return {
    side: OPENSSL,
    userId: utf8(''),
    sign: message => Uint8Array.from(opensslSign('sm3', message, privateKey)),
    verify: (message, signature) => opensslVerify('sm3', message, publicKey, signature),
  }
}

/** Milliseconds of signing and verifying a digest by the machine's `openssl speed`; null where it is not to be had. */
export function opensslSpeed(seconds: number): { readonly signMs: number; readonly verifyMs: number } | null {
  try {
    const output = execFileSync('openssl', ['speed', '-mr', '-seconds', String(seconds), 'sm2'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    // +F7:<number>:<bits>:<curve>:<signatures a second>:<verifications a second>
    const fields = /^\+F7:(.*)$/m.exec(output)?.[1]?.split(':') ?? []
    const [signMs, verifyMs] = fields.slice(-2).map(text => 1_000 / Number(text))
    if (!(Number(signMs) > 0) || !(Number(verifyMs) > 0)) return null
    return { signMs: signMs as number, verifyMs: verifyMs as number }
  } catch {
    return null
  }
}
