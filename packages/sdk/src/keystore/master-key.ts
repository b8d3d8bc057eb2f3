import { wipe } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { chosenDerivation, derive, type KeyDerivation, namedDerivation } from './key-derivation.ts'
import type { KeyFile, KeyFileHeader } from './key-file-codec.ts'
import type { KeyOwner } from './key-file.ts'
import { type PassphraseSource, requireChoosable, withPassphrase } from './passphrase.ts'
import { unwrapKey, wrapKey } from './wrap.ts'

/** `derivation` of a master key that no passphrase protects: whoever reads the files has the keys. */
export const NO_DERIVATION = 'none'

const WRAPPING_BYTES = 32
/** Wraps a master key that nothing protects, so that it has the same format. */
const NO_WRAPPING = new Uint8Array(WRAPPING_BYTES)

/** How the master key is derived from a passphrase. */
export interface MasterKeyOptions {
  readonly passphrase?: PassphraseSource | undefined
  /** Id of how passphrases become keys, such as `scrypt_logn17_r8_p1`; one for tests works only when named here. */
  readonly keyDerivation?: string | undefined
}

/**
 * The file of the master key under a newly chosen passphrase.
 *
 * @param header without salt and derivation, which are new each time
 * @throws ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE when it is too short, ERR_PARAMETER_UNKNOWN
 */
export function wrapMaster(
  { suite }: KeyOwner,
  header: Omit<KeyFileHeader, 'salt' | 'derivation'>,
  master: Uint8Array,
  { passphrase: source, keyDerivation }: MasterKeyOptions,
  random: RandomSource,
): Uint8Array {
  const derivation = chosenDerivation(keyDerivation)
  const salt = random.bytes(32)
  return withPassphrase(source, passphrase => {
    if (passphrase === null) {
      if (source !== null) fail('ERR_KEY_PASSPHRASE_MISSING', 'expected a passphrase for the new key store')
      return wrapKey(suite, NO_WRAPPING, { ...header, derivation: NO_DERIVATION, salt }, master, random)
    }
    requireChoosable(passphrase)
    const complete = { ...header, derivation: derivation.id, salt }
    return withWrapping(derivation, passphrase, salt, wrapping =>
      wrapKey(suite, wrapping, complete, master, random),
    )
  })
}

/**
 * The master key; the caller wipes it.
 *
 * @throws ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE when it is wrong, ERR_KEY_FILE, ERR_PARAMETER_INSECURE
 */
export function unwrapMaster(
  { suite }: KeyOwner,
  path: string,
  file: KeyFile,
  { passphrase: source, keyDerivation }: MasterKeyOptions,
): Uint8Array {
  const { derivation, salt } = file.header
  if (derivation === NO_DERIVATION) {
    return withPassphrase(source, passphrase => {
      // Else a store that somebody put in the place of a protected one would open without a word.
      if (passphrase !== null) fail('ERR_KEY_PASSPHRASE', `${path} has no passphrase, but one was given`)
      return openMaster(path, () => unwrapKey(suite, NO_WRAPPING, file))
    })
  }
  const known = namedDerivation(path, derivation, keyDerivation)
  return withPassphrase(source, passphrase => {
    if (passphrase === null) return fail('ERR_KEY_PASSPHRASE_MISSING', `expected the passphrase of ${path}`)
    if (passphrase.length === 0) fail('ERR_KEY_PASSPHRASE', 'expected a passphrase that is not empty')
    return withWrapping(known, passphrase, salt, wrapping =>
      openMaster(path, () => unwrapKey(suite, wrapping, file)),
    )
  })
}

function openMaster(path: string, open: () => Uint8Array): Uint8Array {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    // The checksum was right, so that the file is as somebody wrote it.
    return fail('ERR_KEY_PASSPHRASE', `${path}: expected its passphrase, found another one`)
  }
}

function withWrapping<T>(
  derivation: KeyDerivation,
  passphrase: Uint8Array,
  salt: Uint8Array,
  use: (wrapping: Uint8Array) => T,
): T {
  const wrapping = derive(derivation, passphrase, salt, WRAPPING_BYTES)
  try {
    return use(wrapping)
  } finally {
    wipe(wrapping)
  }
}
