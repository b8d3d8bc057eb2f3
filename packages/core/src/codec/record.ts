import { Packr, RESET_BUFFER_MODE } from 'msgpackr'
import type { z } from 'zod'
import { compareBytes } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { checkMsgpackShape } from './msgpack-shape.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true, mapsAsObjects: true, copyBuffers: true })

/** A kind of structured message: one schema, one size limit, one canonical encoding. */
export interface RecordCodec<T> {
  readonly name: string
  readonly maxBytes: number
  /** @throws ERR_DECODE_SCHEMA when `value` does not fit the schema, ERR_DECODE_LENGTH when it is too large */
  encode(value: T): Uint8Array
  /** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL */
  decode(bytes: Uint8Array): T
}

/**
 * A codec for records: MessagePack maps whose keys stand in the schema's order. Decoding re-encodes and compares, so
 * that each value has exactly one encoding and signatures and leaf hashes over it are unambiguous.
 *
 * @param schema a zod schema built from `z.strictObject`, with binary fields of {@link binary}
 */
export function recordCodec<S extends z.ZodType>(
  name: string,
  schema: S,
  maxBytes: number,
): RecordCodec<z.infer<S>> {
  const encode = (value: z.infer<S>): Uint8Array => {
    const parsed = schema.safeParse(value)
    if (!parsed.success) fail('ERR_DECODE_SCHEMA', `${name}: ${describe(parsed.error)}`)
    const bytes = new Uint8Array(pack(parsed.data))
    if (bytes.length > maxBytes) {
      fail('ERR_DECODE_LENGTH', `${name}: expected at most ${maxBytes} bytes, found ${bytes.length}`)
    }
    return bytes
  }
  const decode = (bytes: Uint8Array): z.infer<S> => {
    if (bytes.length > maxBytes) {
      fail('ERR_DECODE_LENGTH', `${name}: expected at most ${maxBytes} bytes, found ${bytes.length}`)
    }
    checkMsgpackShape(bytes)
    const parsed = schema.safeParse(unpack(name, bytes))
    if (!parsed.success) fail('ERR_DECODE_SCHEMA', `${name}: ${describe(parsed.error)}`)
    if (compareBytes(pack(parsed.data), bytes) !== 0) {
      fail('ERR_DECODE_CANONICAL', `${name}: expected the canonical encoding of the record`)
    }
    return parsed.data
  }
  return { name, maxBytes, encode, decode }
}

/** The encoding, valid until the next one: all of them are written to the same place. */
function pack(value: unknown): Uint8Array {
  return packr.pack(value, RESET_BUFFER_MODE)
}

function unpack(name: string, bytes: Uint8Array): unknown {
  try {
    // A view of its own: the decoder hangs a property on what it is given.
    return packr.unpack(bytes.subarray())
  } catch (cause) {
    return fail('ERR_DECODE_SCHEMA', `${name}: expected a MessagePack record`, { cause })
  }
}

/** Names the failing fields, never their values. */
function describe(error: z.ZodError): string {
  return error.issues.map(issue => `${issue.path.join('.') || 'value'} (${issue.code})`).join(', ')
}
