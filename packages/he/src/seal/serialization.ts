import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { SealContext } from './context.ts'
import { GaloisKeys, PublicKey, RelinearizationKeys, SecretKey } from './keys.ts'
import { checkLayout, maxObjectBytes, ObjectKind } from './layout.ts'
import { Ciphertext } from './values.ts'

/** Version of the frame below. */
const FORMAT_VERSION = 1

const MAX_PARAMETER_ID_BYTES = 64

/** Zstandard expands incompressible input by less than this. */
const maxCompressedBytes = (bytes: number): number => bytes + Math.floor(bytes / 256) + 512

/** What {@link serialize} takes: all but plaintexts. */
export type Serializable = Ciphertext | PublicKey | SecretKey | RelinearizationKeys | GaloisKeys

/**
 * `version u8 · kind u8 · parameter id (u16 length) · Zstandard frame with checksum (u32 length)`; the frame holds
 * SEAL's uncompressed serialisation. The checksum finds accidents, not forgeries, and one object has many frames, so
 * that a signature or a digest covers these bytes, not the object. A serialised secret key is the secret: the caller
 * encrypts it and wipes it.
 */
export function serialize(object: Serializable): Uint8Array {
  const { context } = object
  const raw = context.call(() => object.native.saveToArray(context.seal.ComprModeType.none) as Uint8Array)
  const compressed = zstdCompressSync(raw, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  if (object.kind === 'secret-key') raw.fill(0)
  return new Writer()
    .uint8(FORMAT_VERSION)
    .uint8(ObjectKind[object.kind])
    .bytes16(utf8(context.parameters.id))
    .bytes32(compressed)
    .finish()
}

/**
 * All of these throw ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA (another version or kind),
 * ERR_PARAMETER_FOREIGN, and ERR_DECODE_SEAL for what is damaged or SEAL finds invalid (a word not below its prime,
 * an object of other primes).
 */
export function deserializeCiphertext(context: SealContext, bytes: Uint8Array): Ciphertext {
  return load(
    context,
    bytes,
    new Ciphertext(
      context,
      context.call(() => new context.seal.Ciphertext()),
    ),
  )
}

/** A public key; throws as {@link deserializeCiphertext}. */
export function deserializePublicKey(context: SealContext, bytes: Uint8Array): PublicKey {
  return load(
    context,
    bytes,
    new PublicKey(
      context,
      context.call(() => new context.seal.PublicKey()),
    ),
  )
}

/** A secret key, from bytes that the caller wipes; throws as {@link deserializeCiphertext}. */
export function deserializeSecretKey(context: SealContext, bytes: Uint8Array): SecretKey {
  return load(
    context,
    bytes,
    new SecretKey(
      context,
      context.call(() => new context.seal.SecretKey()),
    ),
  )
}

/** Relinearisation keys; throws as {@link deserializeCiphertext}. */
export function deserializeRelinearizationKeys(context: SealContext, bytes: Uint8Array): RelinearizationKeys {
  return load(
    context,
    bytes,
    new RelinearizationKeys(
      context,
      context.call(() => new context.seal.RelinKeys()),
    ),
  )
}

/** Galois keys; throws as {@link deserializeCiphertext}. */
export function deserializeGaloisKeys(context: SealContext, bytes: Uint8Array): GaloisKeys {
  return load(
    context,
    bytes,
    new GaloisKeys(
      context,
      context.call(() => new context.seal.GaloisKeys()),
    ),
  )
}

function load<T extends Serializable>(context: SealContext, bytes: Uint8Array, empty: T): T {
  try {
    const raw = unframe(context, bytes, empty.kind)
    checkLayout(empty.kind, context.parameters, raw)
    context.call(() => empty.native.loadFromArray(context.native, raw), 'ERR_DECODE_SEAL')
    if (empty.kind === 'secret-key') raw.fill(0)
    return empty
  } catch (error) {
    empty.dispose()
    throw error
  }
}

function unframe(context: SealContext, bytes: Uint8Array, kind: ObjectKind): Uint8Array {
  const maxBytes = maxObjectBytes(kind, context.parameters)
  const reader = new Reader(bytes)
  const version = reader.uint8()
  const kindByte = reader.uint8()
  if (version !== FORMAT_VERSION || kindByte !== ObjectKind[kind]) {
    fail(
      'ERR_DECODE_SCHEMA',
      `expected a ${kind} (${ObjectKind[kind]}) in format ${FORMAT_VERSION}, found kind ${kindByte} in format ${version}`,
    )
  }
  context.requireParameters(fromUtf8(reader.bytes16(MAX_PARAMETER_ID_BYTES)))
  const compressed = reader.bytes32(maxCompressedBytes(maxBytes))
  reader.end()
  return decompress(compressed, maxBytes)
}

function decompress(compressed: Uint8Array, maxBytes: number): Uint8Array {
  try {
    const { buffer, byteOffset, length } = zstdDecompressSync(compressed, { maxOutputLength: maxBytes })
    // SEAL takes no Buffer.
    return new Uint8Array(buffer, byteOffset, length)
  } catch (cause) {
    if (cause instanceof RangeError) {
      return fail('ERR_DECODE_LENGTH', `expected at most ${maxBytes} bytes after decompression`, { cause })
    }
    return fail('ERR_DECODE_SEAL', 'expected an undamaged Zstandard frame', { cause })
  }
}
