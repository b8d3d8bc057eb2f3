import { compareBytes, toHex } from '../../bytes/index.ts'
import type { RecordCodec } from '../../codec/index.ts'
import { MixunError } from '../../errors/index.ts'
import { Dice } from './dice.ts'
import { mutate } from './mutate.ts'

/** A way from bytes to a value, with valid bytes to start from. */
export interface FuzzedCodec {
  /** The name of the record codec, or what is decoded. */
  readonly name: string
  /** The file that decodes it, below `src`. */
  readonly source: string
  readonly samples: readonly Uint8Array[]
  readonly decode: (bytes: Uint8Array) => unknown
  /** Writes what `decode` gave again. */
  readonly encode: (value: never) => Uint8Array
  /** Codes that `decode` may end with besides those of decoding, verification and input. */
  readonly codes?: readonly string[]
}

/** How the frames of one run fared. */
export interface FuzzCounts {
  readonly refused: number
  /** Frames that are the encoding of a value: valid ones of another content, or mutated back. */
  readonly accepted: number
}

const DECODE_CODES = /^ERR_(DECODE|VERIFY|INPUT)_/

/** The codec of a record with samples of its values. */
export function fuzzedRecord<T>(
  source: string,
  codec: RecordCodec<T>,
  values: readonly NoInfer<T>[],
): FuzzedCodec {
  const { name, decode, encode } = codec
  return { name, source, samples: values.map(encode), decode, encode: encode as FuzzedCodec['encode'] }
}

/**
 * Decodes `frames` mutated frames. Each has to end in an error with a stable code, or in a value whose encoding is
 * exactly the frame.
 */
export function fuzzCodec(codec: FuzzedCodec, frames: number, seed: string): FuzzCounts {
  const dice = new Dice(`${seed}/${codec.name}`)
  let accepted = 0
  for (const sample of codec.samples) requireExact(codec, sample, codec.decode(sample))
  for (let i = 0; i < frames; i++) {
    const frame = mutate(codec.samples, dice)
    let value: unknown
    try {
      value = codec.decode(frame)
    } catch (error) {
      if (isExpected(codec, error)) continue
      throw new Error(`${codec.name}, seed ${seed}, frame ${i}: ${toHex(frame)}`, { cause: error })
    }
    requireExact(codec, frame, value)
    accepted++
  }
  return { refused: frames - accepted, accepted }
}

function isExpected({ codes = [] }: FuzzedCodec, error: unknown): boolean {
  return error instanceof MixunError && (DECODE_CODES.test(error.code) || codes.includes(error.code))
}

function requireExact(codec: FuzzedCodec, frame: Uint8Array, value: unknown): void {
  const again = codec.encode(value as never)
  if (compareBytes(again, frame) === 0) return
  throw new Error(`${codec.name}: ${toHex(frame)} was accepted and is written as ${toHex(again)}`)
}
