import { readFileSync } from 'node:fs'
import { fromHex } from '../bytes/index.ts'
import { type Sm2Arithmetic, sm2, sm2Reference } from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'
import { Sm2PrivateKey } from './private-key.ts'

interface Vectors {
  readonly curve: Readonly<Record<string, string>>
  readonly sm3: readonly { readonly message: string; readonly digest: string }[]
  readonly sm4: readonly {
    readonly key: string
    readonly plaintext: string
    readonly rounds?: number
    readonly ciphertext: string
  }[]
  readonly sm4gcm: readonly Readonly<
    Record<'key' | 'iv' | 'aad' | 'plaintext' | 'ciphertext' | 'tag', string>
  >[]
  readonly sm2sign: readonly Readonly<
    Record<'d' | 'publicKey' | 'userId' | 'za' | 'message' | 'k' | 'r' | 's', string>
  >[]
  readonly sm2encrypt: readonly Readonly<
    Record<'d' | 'publicKey' | 'message' | 'k' | 'c1' | 'c2' | 'c3', string>
  >[]
}

export const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/sm.json', import.meta.url), 'utf8'),
) as Vectors

/** Every implementation of the arithmetic: all tests of SM2 run on each. */
export const arithmetics: readonly { readonly name: string; readonly arithmetic: Sm2Arithmetic }[] = [
  { name: 'kernel', arithmetic: sm2 },
  { name: 'reference', arithmetic: sm2Reference },
]

/** Lets tests use the reference with private keys. */
export const ANY_ARITHMETIC = { allowVariableTime: true } as const

/** The order of the group (GB/T 32918.5-2017 section 2). */
export const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
/** The prime of the field. */
export const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn

/** 32 big-endian bytes. */
export function bytes32(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'))
}

export function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** `value` modulo n, from 0 to n − 1. */
export function modN(value: bigint): bigint {
  return ((value % N) + N) % N
}

/** The inverse modulo n, by Fermat. */
export function inverseN(value: bigint): bigint {
  let [result, base, exponent] = [1n, modN(value), N - 2n]
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modN(result * base)
    base = modN(base * base)
  }
  return result
}

/** Gives exactly these values, then fails: fixes k. */
export function fixedRandom(...values: readonly bigint[]): RandomSource & { readonly left: () => number } {
  const rest = [...values]
  return {
    left: () => rest.length,
    bytes(length) {
      const next = rest.shift()
      if (length !== 32 || next === undefined) throw new Error('expected one more fixed value')
      return bytes32(next)
    },
  }
}

export function privateKey(arithmetic: Sm2Arithmetic, d: bigint): Sm2PrivateKey {
  return Sm2PrivateKey.decode(arithmetic, bytes32(d), ANY_ARITHMETIC)
}
