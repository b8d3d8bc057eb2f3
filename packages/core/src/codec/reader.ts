import { fail } from '../errors/index.ts'

/** Reads a message of fixed layout. Every read is bounded; {@link Reader.end} refuses trailing bytes. */
export class Reader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Bytes of a length both sides know; a view, not a copy. @throws ERR_DECODE_LENGTH */
  fixed(length: number): Uint8Array {
    const end = this.#offset + length
    if (end > this.#bytes.length) {
      fail('ERR_DECODE_LENGTH', `expected ${length} more bytes, found ${this.#bytes.length - this.#offset}`)
    }
    const view = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return view
  }

  uint8(): number {
    return this.#uint(1)
  }

  uint16(): number {
    return this.#uint(2)
  }

  uint32(): number {
    return this.#uint(4)
  }

  /** @throws ERR_DECODE_SCHEMA for 2^53 and above */
  uint64(): number {
    const value = this.#uint(8)
    if (!Number.isSafeInteger(value)) fail('ERR_DECODE_SCHEMA', 'expected an integer below 2^53')
    return value
  }

  /** Bytes behind a 2-byte length of at most `maxBytes`. @throws ERR_DECODE_LENGTH */
  bytes16(maxBytes: number): Uint8Array {
    return this.#bounded(this.uint16(), maxBytes)
  }

  /** Bytes behind a 4-byte length of at most `maxBytes`. @throws ERR_DECODE_LENGTH */
  bytes32(maxBytes: number): Uint8Array {
    return this.#bounded(this.uint32(), maxBytes)
  }

  /** Nothing may be left. @throws ERR_DECODE_TRAILING */
  end(): void {
    const rest = this.#bytes.length - this.#offset
    if (rest !== 0) fail('ERR_DECODE_TRAILING', `expected the end of the message, found ${rest} more bytes`)
  }

  #uint(length: number): number {
    let value = 0
    for (const byte of this.fixed(length)) value = value * 256 + byte
    return value
  }

  #bounded(length: number, maxBytes: number): Uint8Array {
    if (length > maxBytes) {
      fail('ERR_DECODE_LENGTH', `expected a field of at most ${maxBytes} bytes, found ${length}`)
    }
    return this.fixed(length)
  }
}
