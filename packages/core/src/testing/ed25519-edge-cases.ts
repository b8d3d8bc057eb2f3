import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, fromHex } from '../bytes/index.ts'

/** A signature on which implementations of Ed25519 are known to differ. */
export interface Ed25519Case {
  readonly name: string
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
  /** Whether S·B = R + k·A holds without the cofactor and R is encoded canonically. */
  readonly satisfiesEquation: boolean
  readonly accepted: boolean
}

const { Point } = ed25519
type Point = InstanceType<typeof Point>

const PRIME = Point.Fp.ORDER
const ORDER = Point.Fn.ORDER
/** A point of order 8 generates the torsion subgroup. */
const EIGHTH = Point.fromBytes(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'))
const SECRET = 0x1234567890abcdefn
const NONCE = 0xfedcba0987654321n

const bytes32 = (value: bigint) => Uint8Array.from(numberToBytesLE(value, 32))
const torsion = (i: number) => (i === 0 ? Point.ZERO : EIGHTH.multiplyUnsafe(BigInt(i)))
const challenge = (r: Uint8Array, key: Uint8Array, message: Uint8Array) =>
  bytesToNumberLE(sha512(concat(r, key, message))) % ORDER

/** Every encoding of the eight points of small order: y and y + p where that fits, with either sign of x = 0. */
export function smallOrderEncodings(): Uint8Array[] {
  const doubled = [0n, 1n, PRIME - 1n, PRIME, PRIME + 1n].flatMap(y => [
    bytes32(y),
    bytes32(y + (1n << 255n)),
  ])
  return [...doubled, ...[1, 3, 5, 7].map(i => torsion(i).toBytes())]
}

/** A case with key A = a·B + T and commitment R, S solved for R's part in the prime-order group. */
function solved(
  name: string,
  keyTorsion: Point,
  r: Uint8Array,
  logR: bigint,
  message: Uint8Array,
): Ed25519Case {
  const key = Point.BASE.multiply(SECRET).add(keyTorsion)
  const publicKey = key.toBytes()
  const k = challenge(r, publicKey, message)
  const s = (logR + k * SECRET) % ORDER
  const satisfiesEquation = holds(key, r, s, k)
  const isSmall = Point.fromBytes(r, true).isSmallOrder()
  const signature = concat(r, bytes32(s))
  return { name, publicKey, message, signature, satisfiesEquation, accepted: satisfiesEquation && !isSmall }
}

function holds(key: Point, r: Uint8Array, s: bigint, k: bigint): boolean {
  const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k)).toBytes()
  return expected.every((byte, i) => byte === r[i])
}

const messages = (count: number) => Array.from({ length: count }, (_, i) => Uint8Array.of(i))

/** Keys with and without a part of small order, commitments likewise: 8 × 8 × 4 cases. */
function mixedOrder(): Ed25519Case[] {
  const indices = [0, 1, 2, 3, 4, 5, 6, 7]
  return indices.flatMap(i =>
    indices.flatMap(j => {
      const r = Point.BASE.multiply(NONCE).add(torsion(j)).toBytes()
      const name = `key + torsion ${i}, commitment + torsion ${j}`
      return messages(4).map(message => solved(name, torsion(i), r, NONCE, message))
    }),
  )
}

function smallCommitments(): Ed25519Case[] {
  return smallOrderEncodings().flatMap((r, i) =>
    [0, 1, 4].flatMap(t =>
      messages(4).map(message => solved(`commitment of small order ${i}`, torsion(t), r, 0n, message)),
    ),
  )
}

function smallKeys(): Ed25519Case[] {
  return smallOrderEncodings().flatMap((publicKey, i) => {
    const key = Point.fromBytes(publicKey, true)
    const r = Point.BASE.multiply(NONCE).toBytes()
    return messages(8).map(message => ({
      name: `key of small order ${i}`,
      publicKey,
      message,
      signature: concat(r, bytes32(NONCE)),
      satisfiesEquation: holds(key, r, NONCE, challenge(r, publicKey, message)),
      accepted: false,
    }))
  })
}

function largeScalars(): Ed25519Case[] {
  const r = Point.BASE.multiply(NONCE).toBytes()
  const honest = solved('S below the order', Point.ZERO, r, NONCE, Uint8Array.of(0))
  const s = bytesToNumberLE(honest.signature.subarray(32))
  const beyond = [1n, 2n, 7n, 15n].map(multiple => ({
    ...honest,
    name: `S + ${multiple} times the order`,
    signature: concat(r, bytes32(s + multiple * ORDER)),
    accepted: false,
  }))
  return [honest, ...beyond]
}

/** Public keys with y from p to 2^255 − 1, some of them on the curve: nobody can sign under them. */
function unreducedKeys(): Ed25519Case[] {
  const { signature } = solved('', Point.ZERO, Point.BASE.toBytes(), 1n, Uint8Array.of(0))
  return Array.from({ length: 19 }, (_, i) => ({
    name: `key with y = p + ${i}`,
    publicKey: bytes32(PRIME + BigInt(i)),
    message: Uint8Array.of(0),
    signature,
    satisfiesEquation: false,
    accepted: false,
  }))
}

export function ed25519EdgeCases(): Ed25519Case[] {
  return [...mixedOrder(), ...smallCommitments(), ...smallKeys(), ...largeScalars(), ...unreducedKeys()]
}
