import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { utf8, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { readSecretFile } from '../home/files.ts'

/**
 * Where a passphrase comes from: bytes (the caller wipes them), a function whose result is wiped after use, or null for
 * none at all. Left out, the environment is asked, see {@link passphraseFromEnvironment}.
 */
export type PassphraseSource = Uint8Array | (() => Uint8Array) | null

/** Shortest passphrase that may be chosen, and the longest that is read. */
const PASSPHRASE_BYTES = { min: 8, max: 1_024 } as const

/**
 * The passphrase of the environment: of the file MIXUN_PASSPHRASE_FILE (mode 600), of the systemd credential
 * `mixun-passphrase`, or MIXUN_PASSPHRASE itself, in this order. One line ending after it is not part of it.
 *
 * @returns undefined when none of them is there; else bytes that the caller wipes
 * @throws ERR_FILE_MISSING, ERR_KEY_FILE when the named file is missing or others may read it
 */
export function passphraseFromEnvironment(env: NodeJS.ProcessEnv = process.env): Uint8Array | undefined {
  const { MIXUN_PASSPHRASE_FILE: file, CREDENTIALS_DIRECTORY: credentials, MIXUN_PASSPHRASE: text } = env
  if (file !== undefined && file !== '') return passphraseFromFile(file)
  const credential = credentials === undefined ? undefined : join(credentials, 'mixun-passphrase')
  // Its mode is the service manager's business.
  if (credential !== undefined && existsSync(credential)) return withoutLineEnding(readFileSync(credential))
  return text === undefined || text === '' ? undefined : utf8(text)
}

/** The passphrase in a file of mode 600; the caller wipes it. @throws ERR_FILE_MISSING, ERR_KEY_FILE */
export function passphraseFromFile(file: string): Uint8Array {
  if (!existsSync(file)) fail('ERR_FILE_MISSING', `there is no passphrase file ${file}`)
  return withoutLineEnding(readSecretFile(file))
}

/** Calls `use` with the passphrase of `source`, and wipes what nobody else will. */
export function withPassphrase<T>(
  source: PassphraseSource | undefined,
  use: (passphrase: Uint8Array | null) => T,
): T {
  if (source === null || source instanceof Uint8Array) return use(source)
  const passphrase = source === undefined ? passphraseFromEnvironment() : source()
  try {
    return use(passphrase ?? null)
  } finally {
    if (passphrase !== undefined) wipe(passphrase)
  }
}

/** @throws ERR_KEY_PASSPHRASE when it is too short to be chosen, or too long */
export function requireChoosable(passphrase: Uint8Array): void {
  const { min, max } = PASSPHRASE_BYTES
  if (passphrase.length < min || passphrase.length > max) {
    fail('ERR_KEY_PASSPHRASE', `expected a passphrase of ${min} to ${max} bytes`)
  }
}

function withoutLineEnding(content: Buffer): Uint8Array {
  let length = content.length
  if (content[length - 1] === 0x0a) length--
  if (length < content.length && content[length - 1] === 0x0d) length--
  const passphrase = Uint8Array.from(content.subarray(0, length))
  wipe(content)
  return passphrase
}
