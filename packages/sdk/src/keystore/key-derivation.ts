import { scryptSync } from 'node:crypto'
import { fail } from '@mixun/core/errors'

/** How a passphrase becomes a wrapping key: scrypt (RFC 7914) with N = 2^logN; it takes 128 · r · N bytes of memory. */
export interface KeyDerivation {
  readonly id: string
  readonly logN: number
  readonly r: number
  readonly p: number
}

const scrypt = (logN: number, prefix = ''): KeyDerivation => ({
  id: `${prefix}scrypt_logn${logN}_r8_p1`,
  logN,
  r: 8,
  p: 1,
})

/** OWASP's first choice for scrypt: 128 MiB, about 0.4 s. */
const DEFAULT = scrypt(17)

/**
 * Every derivation this build knows. The list is closed, so that a file can ask neither for less work than we accept nor
 * for more memory than 1 GiB.
 */
const KEY_DERIVATIONS = [DEFAULT, scrypt(18), scrypt(19), scrypt(20), scrypt(4, 'insecure_')] as const

const isInsecure = ({ id }: KeyDerivation) => id.startsWith('insecure_')

/**
 * The derivation for a new passphrase: the one asked for, that of MIXUN_KEY_DERIVATION, or scrypt with N = 2^17.
 *
 * @throws ERR_PARAMETER_UNKNOWN
 */
export function chosenDerivation(asked: string | undefined): KeyDerivation {
  const id = asked ?? process.env['MIXUN_KEY_DERIVATION'] ?? DEFAULT.id
  return (
    findDerivation(id) ?? fail('ERR_PARAMETER_UNKNOWN', `expected ${knownIds()}, found ${id.slice(0, 40)}`)
  )
}

/**
 * The derivation that a file names. One for tests is accepted only from who asks for that very one.
 *
 * @throws ERR_KEY_FILE, ERR_PARAMETER_INSECURE
 */
export function namedDerivation(file: string, id: string, asked: string | undefined): KeyDerivation {
  const derivation =
    findDerivation(id) ?? fail('ERR_KEY_FILE', `${file}: expected ${knownIds()}, found ${id}`)
  if (isInsecure(derivation) && (asked ?? process.env['MIXUN_KEY_DERIVATION']) !== id) {
    fail('ERR_PARAMETER_INSECURE', `${file}: ${id} is for tests only`)
  }
  return derivation
}

/** scrypt of a passphrase. Blocks while it works. */
export function derive(
  { logN, r, p }: KeyDerivation,
  passphrase: Uint8Array,
  salt: Uint8Array,
  bytes: number,
): Uint8Array {
  const N = 2 ** logN
  // Node counts a little more than the 128 · r · N bytes of the big table.
  return new Uint8Array(scryptSync(passphrase, salt, bytes, { N, r, p, maxmem: 128 * r * (N + p + 2) }))
}

const findDerivation = (id: string) => KEY_DERIVATIONS.find(derivation => derivation.id === id)

const knownIds = () =>
  `one of ${KEY_DERIVATIONS.filter(derivation => !isInsecure(derivation))
    .map(({ id }) => id)
    .join(', ')}`
