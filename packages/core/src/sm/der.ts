/**
 * The part of DER (ITU-T X.690) that SM2 keys, signatures and ciphertexts use, strictly: one encoding a value. Tags are
 * single bytes; lengths are minimal; integers are minimal and not negative.
 */
import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'

export const DER_TAG = Object.freeze({
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** `[0] EXPLICIT`, `[1] EXPLICIT` */
  explicit0: 0xa0,
  explicit1: 0xa1,
})

/** Reads DER elements in order; {@link DerReader.end} refuses bytes after the last. */
export class DerReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The content of the next element, a view. @throws ERR_DECODE_DER for another tag, ERR_DECODE_LENGTH */
  element(tag: number): Uint8Array {
    const found = this.#byte()
    if (found !== tag) fail('ERR_DECODE_DER', `expected DER tag ${tag}, found ${found}`)
    return this.#take(this.#length())
  }

  /** True when the next element has this tag. */
  nextIs(tag: number): boolean {
    return this.#bytes[this.#offset] === tag
  }

  sequence(): DerReader {
    return new DerReader(this.element(DER_TAG.sequence))
  }

  /** The magnitude of an INTEGER, big-endian without leading zeros; empty for zero. @throws ERR_DECODE_DER */
  unsigned(): Uint8Array {
    const content = this.element(DER_TAG.integer)
    const [first, second] = content
    if (first === undefined) return fail('ERR_DECODE_DER', 'expected an integer of at least one byte')
    if (first >= 0x80) fail('ERR_DECODE_DER', 'expected an integer that is not negative')
    if (first !== 0) return content
    if (second !== undefined && second < 0x80) fail('ERR_DECODE_DER', 'expected a minimal integer')
    return content.subarray(1)
  }

  /** A BIT STRING of whole bytes. @throws ERR_DECODE_DER */
  bitString(): Uint8Array {
    const content = this.element(DER_TAG.bitString)
    if (content[0] !== 0) fail('ERR_DECODE_DER', 'expected a bit string of whole bytes')
    return content.subarray(1)
  }

  /** Nothing may be left. @throws ERR_DECODE_TRAILING */
  end(): void {
    const rest = this.#bytes.length - this.#offset
    if (rest !== 0) fail('ERR_DECODE_TRAILING', `expected the end of the DER value, found ${rest} more bytes`)
  }

  #byte(): number {
    return this.#take(1)[0] as number
  }

  #take(length: number): Uint8Array {
    const end = this.#offset + length
    if (end > this.#bytes.length) {
      fail('ERR_DECODE_LENGTH', `expected ${length} more bytes, found ${this.#bytes.length - this.#offset}`)
    }
    const view = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return view
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    const count = first - 0x80
    // 0x80 is the indefinite form, which DER has not; more than four bytes no value here needs.
    if (count < 1 || count > 4) fail('ERR_DECODE_DER', 'expected a definite length of at most four bytes')
    const bytes = this.#take(count)
    const length = bytes.reduce((value, byte) => value * 256 + byte, 0)
    if (bytes[0] === 0 || length < 0x80) fail('ERR_DECODE_DER', 'expected a minimal length')
    return length
  }
}

/** One element: tag, minimal length, the concatenated parts. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  // Joined once: a part may be a secret, and every copy of it would have to be wiped.
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concat(Uint8Array.of(tag), derLength(length), ...parts)
}

/** An INTEGER of an unsigned big-endian magnitude, which may have leading zeros. */
export function derUnsigned(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex(byte => byte !== 0)
  const minimal = first < 0 ? new Uint8Array(0) : magnitude.subarray(first)
  // Zero, and a magnitude whose top bit would read as a sign, need one zero byte.
  const sign = minimal[0] === undefined || minimal[0] >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0)
  return derElement(DER_TAG.integer, sign, minimal)
}

export function derBitString(bytes: Uint8Array): Uint8Array {
  return derElement(DER_TAG.bitString, Uint8Array.of(0), bytes)
}

function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.of(0x80 + bytes.length, ...bytes)
}
