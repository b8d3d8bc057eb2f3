import { fail } from '../errors/index.ts'

const MAX_DEPTH = 16

/**
 * Walks MessagePack bytes before they reach the decoder and admits only what records are made of: nil, booleans,
 * integers, doubles, strings, binary, arrays and maps. Extension types (which decoders turn into dates, regular
 * expressions or compiled readers) are refused, every length stays inside the input, nesting stops at 16.
 *
 * @throws ERR_DECODE_LENGTH when truncated, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA for other types or depth
 */
export function checkMsgpackShape(bytes: Uint8Array): void {
  const end = skipValue(bytes, 0, 0)
  if (end !== bytes.length) {
    fail('ERR_DECODE_TRAILING', `expected the end of the record, found ${bytes.length - end} more bytes`)
  }
}

function skipValue(bytes: Uint8Array, offset: number, depth: number): number {
  if (depth > MAX_DEPTH) fail('ERR_DECODE_SCHEMA', `expected at most ${MAX_DEPTH} levels of nesting`)
  const type = uint(bytes, offset, 1)
  const at = offset + 1
  if (type <= 0x7f || type >= 0xe0) return at // fixint
  if (type <= 0x8f) return skipItems(bytes, at, 2 * (type & 0x0f), depth) // fixmap
  if (type <= 0x9f) return skipItems(bytes, at, type & 0x0f, depth) // fixarray
  if (type <= 0xbf) return skipBytes(bytes, at, type & 0x1f) // fixstr
  switch (type) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return at
    case 0xc4: // bin 8
    case 0xd9: // str 8
      return skipBytes(bytes, at + 1, uint(bytes, at, 1))
    case 0xc5: // bin 16
    case 0xda: // str 16
      return skipBytes(bytes, at + 2, uint(bytes, at, 2))
    case 0xc6: // bin 32
    case 0xdb: // str 32
      return skipBytes(bytes, at + 4, uint(bytes, at, 4))
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return skipBytes(bytes, at, 1)
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return skipBytes(bytes, at, 2)
    case 0xce: // uint 32
    case 0xd2: // int 32
      return skipBytes(bytes, at, 4)
    case 0xcb: // float 64
    case 0xcf: // uint 64
    case 0xd3: // int 64
      return skipBytes(bytes, at, 8)
    case 0xdc: // array 16
      return skipItems(bytes, at + 2, uint(bytes, at, 2), depth)
    case 0xdd: // array 32
      return skipItems(bytes, at + 4, uint(bytes, at, 4), depth)
    case 0xde: // map 16
      return skipItems(bytes, at + 2, 2 * uint(bytes, at, 2), depth)
    case 0xdf: // map 32
      return skipItems(bytes, at + 4, 2 * uint(bytes, at, 4), depth)
    default:
      return fail('ERR_DECODE_SCHEMA', `expected a plain MessagePack type, found 0x${type.toString(16)}`)
  }
}

function skipItems(bytes: Uint8Array, offset: number, count: number, depth: number): number {
  let at = offset
  for (let i = 0; i < count; i++) at = skipValue(bytes, at, depth + 1)
  return at
}

function skipBytes(bytes: Uint8Array, offset: number, length: number): number {
  if (offset + length > bytes.length) {
    fail('ERR_DECODE_LENGTH', `expected ${length} more bytes, found ${bytes.length - offset}`)
  }
  return offset + length
}

function uint(bytes: Uint8Array, offset: number, length: number): number {
  skipBytes(bytes, offset, length)
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[offset + i] as number)
  return value
}
