/**
 * The part of the Protocol Buffers wire format (proto3) that the messages of PPCA 9—2023 use: varints, and fields behind a
 * length. Zero, false and empty are left out, as proto3 says; unknown fields are skipped, so that other vendors' newer
 * versions are understood.
 */
import { concat, fromUtf8, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/** Builds a message, field by field in ascending order. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = []

  /** int32 or int64; negative numbers take ten bytes. */
  integer(field: number, value: number): this {
    return value === 0
      ? this
      : this.#put(varint(tag(field, VARINT)), varint(BigInt.asUintN(64, BigInt(value))))
  }

  boolean(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0)
  }

  /** bytes, string or message; an empty one is written only with `always`, as messages that are there are. */
  bytes(field: number, value: Uint8Array, always = false): this {
    if (value.length === 0 && !always) return this
    return this.#put(varint(tag(field, LENGTH)), varint(BigInt(value.length)), value)
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8(value))
  }

  /** repeated int32, packed. */
  integers(field: number, values: readonly number[]): this {
    return this.bytes(field, concat(...values.map(value => varint(BigInt.asUintN(64, BigInt(value))))))
  }

  finish(): Uint8Array {
    return concat(...this.#parts)
  }

  #put(...parts: Uint8Array[]): this {
    this.#parts.push(...parts)
    return this
  }
}

/** A message taken apart. Scalars that are not there are zero, and the last of several counts. */
export class ProtobufFields {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>()

  /** @throws ERR_DECODE_LENGTH for a message that ends too early, ERR_DECODE_SCHEMA for what is none */
  constructor(bytes: Uint8Array) {
    const reader = new VarintReader(bytes)
    while (!reader.isAtEnd) {
      const key = reader.varint()
      const field = Number(key >> 3n)
      const type = Number(key & 7n)
      if (field < 1 || field >= 2 ** 29) fail('ERR_DECODE_SCHEMA', `expected a field number, found ${field}`)
      const value = type === VARINT ? reader.varint() : reader.skippable(type)
      if (type !== VARINT && type !== LENGTH) continue
      const values = this.#fields.get(field)
      if (values === undefined) this.#fields.set(field, [value])
      else values.push(value)
    }
  }

  /** An int32, or an int64 below 2^53. @throws ERR_DECODE_SCHEMA */
  integer(field: number): number {
    const value = this.#last(field) ?? 0n
    if (typeof value !== 'bigint') return fail('ERR_DECODE_SCHEMA', `field ${field}: expected an integer`)
    return signed(field, value)
  }

  boolean(field: number): boolean {
    return this.integer(field) !== 0
  }

  /** bytes or a message. @throws ERR_DECODE_SCHEMA */
  bytes(field: number): Uint8Array {
    return asBytes(field, this.#last(field) ?? new Uint8Array(0))
  }

  /** @throws ERR_DECODE_SCHEMA unless it is UTF-8 */
  text(field: number): string {
    return fromUtf8(this.bytes(field))
  }

  /** All of a repeated field of bytes or messages. @throws ERR_DECODE_SCHEMA */
  repeated(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).map(value => asBytes(field, value))
  }

  /** repeated int32, packed or not. @throws ERR_DECODE_SCHEMA, ERR_DECODE_LENGTH */
  integers(field: number): number[] {
    return (this.#fields.get(field) ?? []).flatMap(value => {
      if (typeof value === 'bigint') return [signed(field, value)]
      const reader = new VarintReader(value)
      const values: number[] = []
      while (!reader.isAtEnd) values.push(signed(field, reader.varint()))
      return values
    })
  }

  #last(field: number): bigint | Uint8Array | undefined {
    return this.#fields.get(field)?.at(-1)
  }
}

class VarintReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) return fail('ERR_DECODE_LENGTH', 'expected the rest of a varint')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    return fail('ERR_DECODE_SCHEMA', 'expected a varint of at most ten bytes')
  }

  /** The content of a field that is no varint. */
  skippable(type: number): Uint8Array {
    if (type !== LENGTH && type !== FIXED32 && type !== FIXED64) {
      fail('ERR_DECODE_SCHEMA', `expected a wire type of proto3, found ${type}`)
    }
    const length = type === LENGTH ? this.varint() : type === FIXED32 ? 4n : 8n
    const rest = this.#bytes.length - this.#at
    if (length > BigInt(rest)) fail('ERR_DECODE_LENGTH', `expected ${length} more bytes, found ${rest}`)
    this.#at += Number(length)
    return this.#bytes.subarray(this.#at - Number(length), this.#at)
  }
}

function signed(field: number, value: bigint): number {
  const number = Number(BigInt.asIntN(64, value))
  if (!Number.isSafeInteger(number))
    fail('ERR_DECODE_SCHEMA', `field ${field}: expected an integer below 2^53`)
  return number
}

function asBytes(field: number, value: bigint | Uint8Array): Uint8Array {
  if (typeof value === 'bigint') fail('ERR_DECODE_SCHEMA', `field ${field}: expected bytes, found an integer`)
  return value
}

const tag = (field: number, type: number): bigint => BigInt(8 * field + type)

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
