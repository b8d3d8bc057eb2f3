import { concat, i2osp } from '../../bytes/index.ts'
import type { Dice } from './dice.ts'

/** Changes valid bytes into others, most of them invalid. */
type Mutation = (bytes: Uint8Array, dice: Dice, samples: readonly Uint8Array[]) => Uint8Array

const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff]
/** MessagePack headers that announce up to 2^32 − 1 items or bytes: array 32, map 32, bin 32, str 32, and 16-bit ones. */
const HUGE_HEADERS = [0xdd, 0xdf, 0xc6, 0xdb, 0xdc, 0xde, 0xc5, 0xda]

const flipBits: Mutation = (bytes, dice) => {
  const changed = bytes.slice()
  for (let i = dice.below(4); i >= 0; i--) {
    const at = dice.below(changed.length)
    changed[at] = (changed[at] as number) ^ (1 << dice.below(8))
  }
  return changed
}

const setEdge: Mutation = (bytes, dice) => bytes.with(dice.below(bytes.length), dice.pick(EDGES))

const truncate: Mutation = (bytes, dice) => bytes.slice(0, dice.below(bytes.length))

const extend: Mutation = (bytes, dice) => {
  const more = dice.below(40) + 1
  return concat(bytes, dice.below(2) === 0 ? new Uint8Array(more) : dice.bytes(more))
}

/** The start of one sample before the end of another: at one offset, or at any two. */
const splice: Mutation = (bytes, dice, samples) => {
  const other = dice.pick(samples)
  const cut = dice.below(bytes.length + 1)
  const at = dice.below(2) === 0 ? Math.min(cut, other.length) : dice.below(other.length + 1)
  return concat(bytes.subarray(0, cut), other.subarray(at))
}

/** Takes a piece out, or puts it in a second time. */
const moveChunk: Mutation = (bytes, dice) => {
  const from = dice.below(bytes.length)
  const to = Math.min(bytes.length, from + 1 + dice.below(40))
  const before = bytes.subarray(0, dice.below(2) === 0 ? from : to)
  return concat(before, bytes.subarray(before.length === from ? to : from))
}

/** Reads 1, 2, 4 or 8 bytes as a number and puts a near one, or the largest, in its place: lengths and counts. */
const editLength: Mutation = (bytes, dice) => {
  const width = Math.min(dice.pick([1, 2, 4]), bytes.length)
  const at = dice.below(bytes.length - width + 1)
  const limit = 2 ** (8 * width)
  let value = 0
  for (const byte of bytes.subarray(at, at + width)) value = value * 256 + byte
  const edited = dice.pick([value + 1, value - 1, 2 * value, 0, limit - 1, limit / 2, bytes.length])
  const changed = bytes.slice()
  changed.set(i2osp(((edited % limit) + limit) % limit, width), at)
  return changed
}

/** Announces as much as a header can. */
const hugeCount: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length)
  const header = Uint8Array.of(dice.pick(HUGE_HEADERS), 0xff, 0xff, 0xff, 0xff)
  return concat(bytes.subarray(0, at), header, bytes.subarray(at + dice.pick([1, 5])))
}

/** Writes one MessagePack header or integer longer than it need be: the same value in other bytes. */
const widen: Mutation = (bytes, dice) => {
  for (let tries = 0; tries < 24; tries++) {
    const at = dice.below(bytes.length)
    const wide = wider(bytes, at)
    if (wide !== undefined) return concat(bytes.subarray(0, at), wide.bytes, bytes.subarray(at + wide.taken))
  }
  return flipBits(bytes, dice, [])
}

function wider(bytes: Uint8Array, at: number): { bytes: Uint8Array; taken: number } | undefined {
  const type = bytes[at] as number
  const next = bytes[at + 1] ?? 0
  if (type <= 0x7f) return { bytes: Uint8Array.of(0xcc, type), taken: 1 }
  if (type <= 0x8f) return { bytes: Uint8Array.of(0xde, 0, type & 0x0f), taken: 1 }
  if (type <= 0x9f) return { bytes: Uint8Array.of(0xdc, 0, type & 0x0f), taken: 1 }
  if (type <= 0xbf) return { bytes: Uint8Array.of(0xd9, type & 0x1f), taken: 1 }
  if (type === 0xc4) return { bytes: Uint8Array.of(0xc5, 0, next), taken: 2 }
  if (type === 0xcc) return { bytes: Uint8Array.of(0xcd, 0, next), taken: 2 }
  if (type === 0xd9) return { bytes: Uint8Array.of(0xda, 0, next), taken: 2 }
  return undefined
}

/** Puts two neighbouring pieces in the other order, as a map with its keys exchanged. */
const swap: Mutation = (bytes, dice) => {
  const [a, b, c] = [0, 0, 0].map(() => dice.below(bytes.length + 1)).toSorted((x, y) => x - y) as [
    number,
    number,
    number,
  ]
  return concat(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c))
}

const random: Mutation = (_bytes, dice) => dice.bytes(dice.below(120))

const MUTATIONS = [
  flipBits,
  setEdge,
  truncate,
  extend,
  splice,
  moveChunk,
  editLength,
  hugeCount,
  widen,
  swap,
  random,
] as const

/** One to three mutations of a sample. */
export function mutate(samples: readonly Uint8Array[], dice: Dice): Uint8Array {
  let bytes = dice.pick(samples)
  for (let i = dice.below(3); i >= 0; i--) {
    bytes = bytes.length === 0 ? random(bytes, dice, samples) : dice.pick(MUTATIONS)(bytes, dice, samples)
  }
  return bytes
}
