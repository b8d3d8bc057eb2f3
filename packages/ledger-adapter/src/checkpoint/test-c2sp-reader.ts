import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { sm2, sm3 } from 'sm-crypto-v2'

/**
 * A reader of our logs as a stranger would write it: from the texts of C2SP signed-note, tlog-checkpoint and
 * tlog-cosignature and the recursive definitions of RFC 9162 section 2.1, over primitives of others. It imports nothing
 * of this project, and throws a plain Error for whatever it does not accept.
 */
export interface Algorithms {
  readonly hash: (data: Uint8Array) => Uint8Array
  /** Signature type identifiers, which go into key ids before the public key. */
  readonly noteType: Uint8Array
  readonly cosignatureType: Uint8Array
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const unhex = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'hex'))
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

/** What C2SP assigns: Ed25519 notes 0x01, timestamped Ed25519 cosignatures 0x04, trees over SHA-256. */
export const C2SP: Algorithms = {
  hash: data => sha256(data),
  noteType: Uint8Array.of(0x01),
  cosignatureType: Uint8Array.of(0x04),
  verify: (publicKey, message, signature) => ed25519.verify(signature, message, publicKey),
}

/** The same texts with SM2 and SM3 under 0xff, the type for what C2SP has not assigned. */
export const C2SP_WITH_SM: Algorithms = {
  hash: data => unhex(sm3(data)),
  noteType: join(Uint8Array.of(0xff), text('mixun.dev/sm2-sm3')),
  cosignatureType: join(Uint8Array.of(0xff), text('mixun.dev/sm2-sm3-cosignature')),
  verify: (publicKey, message, signature) =>
    sm2.doVerifySignature(message, hex(signature), hex(publicKey), {
      hash: true,
      der: false,
      userId: '1234567812345678',
    }),
}

export interface NamedKey {
  readonly name: string
  readonly publicKey: Uint8Array
}

export interface ReadCheckpoint {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** Opens a checkpoint note: the log's signature, then origin, size and root. */
export function readCheckpoint(algorithms: Algorithms, log: NamedKey, note: string): ReadCheckpoint {
  const { body, blobs } = linesOf(algorithms.noteType, log, note)
  if (!blobs.some(blob => algorithms.verify(log.publicKey, text(body), blob))) throw new Error('not signed')
  const [origin, size, root, ...rest] = body.split('\n')
  if (origin !== log.name || !/^(0|[1-9]\d*)$/.test(String(size)) || rest.length !== 1) {
    throw new Error('no checkpoint')
  }
  return { origin, size: Number(size), root: decodeBase64(String(root)) }
}

/** Checks a witness's line of the note. Returns its time, POSIX seconds. */
export function readCosignature(algorithms: Algorithms, witness: NamedKey, note: string): number {
  const { body, blobs } = linesOf(algorithms.cosignatureType, witness, note)
  const [blob] = blobs
  if (blob === undefined || blob.length !== 72) throw new Error('not cosigned')
  const time = new DataView(blob.buffer, blob.byteOffset).getBigUint64(0)
  const message = text(`cosignature/v1\ntime ${time}\n${body}`)
  if (!algorithms.verify(witness.publicKey, message, blob.subarray(8))) throw new Error('wrong cosignature')
  return Number(time)
}

/** RFC 9162 section 2.1.3: the root that `path` leads to from entry `index` of `size`. */
export function rootOfInclusion(
  algorithms: Algorithms,
  entry: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array {
  const climb = (m: number, n: number, nodes: readonly Uint8Array[]): Uint8Array => {
    if (n === 1) {
      if (nodes.length > 0) throw new Error('path too long')
      return algorithms.hash(join(Uint8Array.of(0), entry))
    }
    const last = nodes.at(-1)
    if (last === undefined) throw new Error('path too short')
    const k = split(n)
    const rest = nodes.slice(0, -1)
    return m < k
      ? parent(algorithms, climb(m, k, rest), last)
      : parent(algorithms, last, climb(m - k, n - k, rest))
  }
  return climb(index, size, path)
}

/** RFC 9162 section 2.1.4: both roots that a proof between `first` and `second` entries leads to. */
export function rootsOfConsistency(
  algorithms: Algorithms,
  first: number,
  second: number,
  firstRoot: Uint8Array,
  proof: readonly Uint8Array[],
): [Uint8Array, Uint8Array] {
  const left = [...proof]
  const next = (): Uint8Array => left.shift() ?? missing()
  const climb = (m: number, n: number, isWhole: boolean): [Uint8Array, Uint8Array] => {
    if (m === n) {
      const root = isWhole ? firstRoot : next()
      return [root, root]
    }
    const k = split(n)
    if (m <= k) {
      const [before, after] = climb(m, k, isWhole)
      return [before, parent(algorithms, after, next())]
    }
    const [before, after] = climb(m - k, n - k, false)
    const node = next()
    return [parent(algorithms, node, before), parent(algorithms, node, after)]
  }
  const roots = climb(first, second, true)
  if (left.length > 0) throw new Error('proof too long')
  return roots
}

/** The text that is signed, and the signatures under the key id of this name, type and key. */
function linesOf(type: Uint8Array, { name, publicKey }: NamedKey, note: string) {
  const end = note.lastIndexOf('\n\n') + 1
  const keyId = hex(sha256(join(text(`${name}\n`), type, publicKey)).subarray(0, 4))
  const blobs = note
    .slice(end + 1)
    .split('\n')
    .filter(line => line.startsWith(`— ${name} `))
    .map(line => decodeBase64(line.slice(`— ${name} `.length)))
    .filter(blob => hex(blob.subarray(0, 4)) === keyId)
    .map(blob => blob.slice(4))
  return { body: note.slice(0, end), blobs }
}

/** The largest power of two below n. */
function split(n: number): number {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

function parent({ hash }: Algorithms, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash(join(Uint8Array.of(1), left, right))
}

function decodeBase64(value: string): Uint8Array {
  return Uint8Array.from(atob(value), char => char.charCodeAt(0))
}

function missing(): never {
  throw new Error('proof too short')
}
