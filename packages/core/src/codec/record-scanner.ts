import { fail } from '../errors/index.ts'

/**
 * Walks through the MessagePack of a record that was decoded by its codec before: fields in the schema's order, nothing
 * copied, nothing checked but the ends. For going over millions of stored records; whatever comes from outside is
 * decoded by its codec.
 */
export class RecordScanner {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0

  /** Begins with another record. */
  scan(bytes: Uint8Array): this {
    this.#bytes = bytes
    this.#at = 0
    return this
  }

  /** Fields of the map, or items of the list, that begins here. */
  enter(): number {
    const head = this.#byte()
    if ((head & 0xf0) === 0x80 || (head & 0xf0) === 0x90) return head & 0x0f
    if (head === 0xdc || head === 0xde) return this.#uint(2)
    return this.#unexpected(head)
  }

  /** Skips so many values; the key of a field is one, its value another. */
  skip(count = 1): void {
    for (let left = count; left > 0; left--) {
      const head = this.#byte()
      if (head < 0x80 || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) continue
      if (head < 0x90) left += 2 * (head & 0x0f)
      else if (head < 0xa0) left += head & 0x0f
      else if (head < 0xc0) this.#at += head & 0x1f
      else if (head === 0xdc) left += this.#uint(2)
      else if (head === 0xde) left += 2 * this.#uint(2)
      else if (head === 0xcb) this.#at += 8
      else if (head >= 0xcc && head <= 0xcf) this.#at += 2 ** (head - 0xcc)
      else {
        const length = this.#length(head)
        this.#at += length
      }
    }
  }

  /** A binary field or text, as a view of the record. */
  view(): Uint8Array {
    const length = this.#length(this.#byte())
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** A short text of ASCII. */
  ascii(): string {
    const length = this.#length(this.#byte())
    let text = ''
    for (const end = this.#at + length; this.#at < end; this.#at++) {
      text += String.fromCharCode(this.#bytes[this.#at] as number)
    }
    return text
  }

  /** A whole number, 0 or more. */
  uint(): number {
    const head = this.#byte()
    if (head < 0x80) return head
    if (head >= 0xcc && head <= 0xcf) return this.#uint(2 ** (head - 0xcc))
    if (head !== 0xcb) return this.#unexpected(head)
    const { buffer, byteOffset } = this.#bytes
    this.#at += 8
    return new DataView(buffer, byteOffset + this.#at - 8, 8).getFloat64(0)
  }

  /** Whether the value that comes next is null, which is then skipped. */
  isNull(): boolean {
    if (this.#bytes[this.#at] !== 0xc0) return false
    this.#at++
    return true
  }

  #length(head: number): number {
    if (head >= 0xa0 && head < 0xc0) return head & 0x1f
    if (head >= 0xc4 && head <= 0xc6) return this.#uint(2 ** (head - 0xc4))
    if (head >= 0xd9 && head <= 0xdb) return this.#uint(2 ** (head - 0xd9))
    return this.#unexpected(head)
  }

  #uint(bytes: number): number {
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 256 + this.#byte()
    return value
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    return byte ?? fail('ERR_DECODE_LENGTH', 'expected more of the record')
  }

  #unexpected(head: number): never {
    return fail('ERR_DECODE_SCHEMA', `expected another field of the record, found a head of ${head}`)
  }
}
