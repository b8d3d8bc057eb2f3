import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { shuffled } from '../blocks/shuffled.ts'
import type { Agreement } from './negotiate.ts'
import { MAX_PSI_ITEMS, requiredBits } from './params.ts'
import type { PsiKey } from './psi-curve.ts'

/** One side of a run; both sides do the same. Secret, for one run. */
export interface PsiParty {
  readonly agreement: Agreement
  readonly key: PsiKey
  /** Items in the order they are sent in, which is drawn at random and says nothing of the caller's. */
  readonly items: readonly Uint8Array[]
  /** Where each of {@link PsiParty.items} stands in the caller's list. */
  readonly positions: Uint32Array
  /** Own points that were made, as text. */
  readonly own: Set<string>
  /** The peer's points that were taken, as text. */
  readonly peer: Set<string>
  /** The peer's points, encrypted by both and cut to what is compared, in the peer's order. */
  readonly peerDual: string[]
}

/** A party with a fresh key. @throws ERR_INPUT_DUPLICATE, ERR_INPUT_LENGTH for too many items */
export function startParty(
  agreement: Agreement,
  items: readonly Uint8Array[],
  random: RandomSource,
): PsiParty {
  const positions = shuffled(items.length, random)
  return {
    agreement,
    key: agreement.suite.curve.generateKey(random),
    items: Array.from(positions, position => items[position] as Uint8Array),
    positions,
    own: new Set(),
    peer: new Set(),
    peerDual: [],
  }
}

/** Step 1 of PPCA 9—2023, figure 1: own items number `from` to `to`, encrypted once. */
export function encryptOwn(party: PsiParty, from: number, to: number): Uint8Array[] {
  const points = party.key.encryptItems(party.items.slice(from, to))
  for (const point of points) party.own.add(textOf(point))
  return points
}

/**
 * Step 3: the peer's points encrypted again. A point that repeats, or that is one of our own, is refused before the key
 * is used on its batch: an honest peer has no such points.
 *
 * @returns what goes back to the peer when the peer learns the result
 * @throws ERR_DECODE_ELEMENT, ERR_PSI_REPEATED
 */
export function encryptPeer(party: PsiParty, points: readonly Uint8Array[]): Uint8Array[] {
  for (const point of points) {
    const text = textOf(point)
    if (party.peer.has(text) || party.own.has(text)) {
      fail('ERR_PSI_REPEATED', 'expected points that are new, found one of this run')
    }
    party.peer.add(text)
  }
  const { suite, dualBytes } = party.agreement
  const dual = party.key
    .encryptPoints(points)
    .map(point => (dualBytes === suite.curve.pointBytes ? point : suite.curve.truncate(point, dualBytes)))
  for (const point of dual) party.peerDual.push(textOf(point))
  return dual
}

/**
 * Step 5: positions in the caller's list, ascending, of the items that the peer has too.
 *
 * @param ownDual own points as the peer encrypted them again, in the order they were sent in
 * @throws ERR_PSI_REPEATED when two of them are alike, ERR_DECODE_LENGTH for another number, ERR_PSI_HANDSHAKE when what
 * is compared is too short for so many items
 */
export function intersect(party: PsiParty, ownDual: readonly Uint8Array[]): number[] {
  const { dualBytes } = party.agreement
  if (ownDual.length !== party.items.length) {
    fail('ERR_DECODE_LENGTH', `expected ${party.items.length} points, found ${ownDual.length}`)
  }
  if (8 * dualBytes < requiredBits(party.items.length, party.peerDual.length)) {
    fail('ERR_PSI_HANDSHAKE', `expected more than ${8 * dualBytes} bits for so many items`)
  }
  const texts = ownDual.map(textOf)
  if (new Set(texts).size !== texts.length) {
    fail('ERR_PSI_REPEATED', 'expected own points to stay distinct, found two alike')
  }
  const peerDual = new Set(party.peerDual)
  return texts
    .flatMap((text, i) => (peerDual.has(text) ? [party.positions[i] as number] : []))
    .sort((a, b) => a - b)
}

/** Before anything is sent. @throws ERR_INPUT_DUPLICATE, ERR_INPUT_LENGTH */
export function checkItems(items: readonly Uint8Array[]): void {
  if (items.length > MAX_PSI_ITEMS) {
    fail('ERR_INPUT_LENGTH', `expected at most ${MAX_PSI_ITEMS} items, found ${items.length}`)
  }
  const seen = new Map<string, number>()
  for (const [i, item] of items.entries()) {
    const text = textOf(item)
    const earlier = seen.get(text)
    if (earlier !== undefined) {
      fail('ERR_INPUT_DUPLICATE', `expected distinct items, found those at ${earlier} and ${i} alike`)
    }
    seen.set(text, i)
  }
}

/** Bytes as the key of a set: one character a byte. */
function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
