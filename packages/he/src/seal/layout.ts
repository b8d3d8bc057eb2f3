import { fail } from '@mixun/core/errors'
import type { SealParameters } from './parameters.ts'

/** Kinds of objects that travel or are stored, with their byte on the wire. */
export const ObjectKind = {
  ciphertext: 1,
  'public-key': 2,
  'secret-key': 3,
  'relinearization-keys': 4,
  'galois-keys': 5,
} as const
export type ObjectKind = keyof typeof ObjectKind

/** Most polynomials of a ciphertext that is let in: a product that was not relinearised. */
const MAX_POLYNOMIALS = 3

const HEADER_BYTES = 16
const PARMS_ID_BYTES = 32
const WORD_BYTES = 8

/** Magic 0xA15E, header length, SEAL 4.1, compression none, two reserved bytes. */
const HEADER_PREFIX = Uint8Array.of(0x5e, 0xa1, HEADER_BYTES, 4, 1, 0, 0, 0)

/** Keys of the default Galois set, one for each power of two either way and one for the rows' exchange. */
const galoisKeyCount = (ringDimension: number): number => 2 * (Math.log2(ringDimension) - 1) + 1

const arrayBytes = (words: number): number => HEADER_BYTES + WORD_BYTES + WORD_BYTES * words

const ciphertextBytes = (polynomials: number, ringDimension: number, primes: number): number =>
  HEADER_BYTES + PARMS_ID_BYTES + 1 + 5 * WORD_BYTES + arrayBytes(polynomials * ringDimension * primes)

/** Largest uncompressed serialisation of a kind, in bytes. */
export function maxObjectBytes(kind: ObjectKind, parameters: SealParameters): number {
  const { ringDimension } = parameters
  const keyPrimes = parameters.coefficientModulusBits.length
  const dataPrimes = keyPrimes - 1
  const key = ciphertextBytes(2, ringDimension, keyPrimes)
  const switchingKeys = HEADER_BYTES + PARMS_ID_BYTES + WORD_BYTES
  switch (kind) {
    case 'ciphertext':
      return ciphertextBytes(MAX_POLYNOMIALS, ringDimension, dataPrimes)
    case 'public-key':
      return key
    case 'secret-key':
      return HEADER_BYTES + PARMS_ID_BYTES + 2 * WORD_BYTES + arrayBytes(ringDimension * keyPrimes)
    case 'relinearization-keys':
      return switchingKeys + WORD_BYTES + dataPrimes * key
    case 'galois-keys':
      return switchingKeys + ringDimension * WORD_BYTES + galoisKeyCount(ringDimension) * dataPrimes * key
  }
}

/**
 * Checks every header and count of an uncompressed serialisation against the parameter set, before SEAL sees a byte
 * of it. SEAL's own check comes after: it would inflate a compressed object nested in this one without a limit. The
 * ciphertext words themselves are left to SEAL.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SEAL
 */
export function checkLayout(kind: ObjectKind, parameters: SealParameters, bytes: Uint8Array): void {
  const cursor = new LayoutCursor(bytes)
  const { ringDimension } = parameters
  const keyPrimes = parameters.coefficientModulusBits.length
  switch (kind) {
    case 'ciphertext':
      cursor.ciphertext(ringDimension, 1, keyPrimes - 1, MAX_POLYNOMIALS)
      break
    case 'public-key':
      cursor.ciphertext(ringDimension, keyPrimes, keyPrimes, 2)
      break
    case 'secret-key':
      cursor.plaintext(ringDimension * keyPrimes)
      break
    case 'relinearization-keys':
      cursor.switchingKeys(parameters, 1, 1)
      break
    case 'galois-keys':
      cursor.switchingKeys(parameters, ringDimension, galoisKeyCount(ringDimension))
  }
  cursor.end()
}

/** Walks SEAL 4.1's serialisation: little-endian, each object behind a header that says its length. */
class LayoutCursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  ciphertext(ringDimension: number, minPrimes: number, maxPrimes: number, maxPolynomials: number): void {
    const end = this.#header()
    this.#skip(PARMS_ID_BYTES + 1)
    const polynomials = this.#count('polynomials', 2, maxPolynomials)
    this.#count('ring dimension', ringDimension, ringDimension)
    const primes = this.#count('coefficient primes', minPrimes, maxPrimes)
    // Scale and correction factor: SEAL checks them.
    this.#skip(2 * WORD_BYTES)
    this.#array(polynomials * ringDimension * primes)
    this.#expectEnd(end)
  }

  plaintext(words: number): void {
    const end = this.#header()
    this.#skip(PARMS_ID_BYTES)
    this.#count('coefficients', words, words)
    this.#skip(WORD_BYTES)
    this.#array(words)
    this.#expectEnd(end)
  }

  switchingKeys(parameters: SealParameters, slots: number, maxKeys: number): void {
    const { ringDimension } = parameters
    const keyPrimes = parameters.coefficientModulusBits.length
    const end = this.#header()
    this.#skip(PARMS_ID_BYTES)
    this.#count('key slots', slots, slots)
    let keys = 0
    for (let slot = 0; slot < slots; slot++) {
      const parts = this.#count('key parts', 0, keyPrimes - 1)
      if (parts === 0) continue
      if (parts !== keyPrimes - 1)
        fail('ERR_DECODE_SEAL', `expected ${keyPrimes - 1} key parts, found ${parts}`)
      for (let part = 0; part < parts; part++) this.ciphertext(ringDimension, keyPrimes, keyPrimes, 2)
      keys += 1
    }
    if (keys < 1 || keys > maxKeys) fail('ERR_DECODE_SEAL', `expected 1 to ${maxKeys} keys, found ${keys}`)
    this.#expectEnd(end)
  }

  end(): void {
    const rest = this.#bytes.length - this.#offset
    if (rest !== 0) fail('ERR_DECODE_TRAILING', `expected the end of the object, found ${rest} more bytes`)
  }

  /** Checks a header and returns where its object ends. */
  #header(): number {
    const start = this.#offset
    this.#skip(HEADER_PREFIX.length)
    if (HEADER_PREFIX.some((byte, i) => byte !== this.#bytes[start + i])) {
      fail('ERR_DECODE_SEAL', 'expected the header of an uncompressed SEAL 4.1 object')
    }
    return start + this.#uint64()
  }

  #array(words: number): void {
    const end = this.#header()
    this.#count('words', words, words)
    this.#skip(words * WORD_BYTES)
    this.#expectEnd(end)
  }

  #count(what: string, min: number, max: number): number {
    const value = this.#uint64()
    if (value < min || value > max) {
      fail('ERR_DECODE_SEAL', `expected ${min === max ? min : `${min} to ${max}`} ${what}, found ${value}`)
    }
    return value
  }

  #expectEnd(end: number): void {
    if (end !== this.#offset) {
      fail('ERR_DECODE_SEAL', `expected an object that ends at byte ${this.#offset}, found ${end}`)
    }
  }

  #uint64(): number {
    const start = this.#offset
    this.#skip(WORD_BYTES)
    return Number(this.#view.getBigUint64(start, true))
  }

  #skip(bytes: number): void {
    const end = this.#offset + bytes
    if (end > this.#bytes.length) {
      fail('ERR_DECODE_LENGTH', `expected ${bytes} more bytes, found ${this.#bytes.length - this.#offset}`)
    }
    this.#offset = end
  }
}
