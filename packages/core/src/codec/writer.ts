import { i2osp } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'

/** Builds a message of fixed layout: integers big-endian, variable fields behind a 2- or 4-byte length. */
export class Writer {
  readonly #parts: Uint8Array[] = []
  #length = 0

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    this.#length += bytes.length
    return this
  }

  uint8(value: number): this {
    return this.raw(i2osp(value, 1))
  }

  uint16(value: number): this {
    return this.raw(i2osp(value, 2))
  }

  uint32(value: number): this {
    return this.raw(i2osp(value, 4))
  }

  /** A safe integer below 2^53, in 8 bytes. */
  uint64(value: number): this {
    return this.raw(i2osp(value, 8))
  }

  /** Bytes of a length both sides know. @throws ERR_INPUT_LENGTH when it differs. */
  fixed(bytes: Uint8Array, length: number): this {
    if (bytes.length !== length) {
      fail('ERR_INPUT_LENGTH', `expected ${length} bytes, found ${bytes.length}`)
    }
    return this.raw(bytes)
  }

  /** Bytes behind a 2-byte length. */
  bytes16(bytes: Uint8Array): this {
    return this.uint16(bytes.length).raw(bytes)
  }

  /** Bytes behind a 4-byte length. */
  bytes32(bytes: Uint8Array): this {
    return this.uint32(bytes.length).raw(bytes)
  }

  finish(): Uint8Array {
    const result = new Uint8Array(this.#length)
    let offset = 0
    for (const part of this.#parts) {
      result.set(part, offset)
      offset += part.length
    }
    return result
  }
}
