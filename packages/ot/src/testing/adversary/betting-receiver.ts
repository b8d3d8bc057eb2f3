import { aes128Stream } from '@mixun/core/aes'
import { wasmGf2 } from '@mixun/core/gf2'
import { bitAt } from '../../base-ot/index.ts'
import { challengeSeed } from '../../ot-extension/derive.ts'
import {
  type ChunkMessage,
  ExtensionReceiver,
  type OtExtensionParameters,
  type ReceivedOts,
  type ReceiverSetup,
  type TreesMessage,
} from '../../ot-extension/index.ts'
import { chunkRows } from '../../ot-extension/params.ts'

/** In one row, a choice bit that is not the same for all trees. */
export interface Bet {
  readonly row: number
  /** The trees whose bit differs, from 1, and what the receiver bets Δ is there, k bits; null makes an honest proof. */
  readonly trees: readonly { readonly tree: number; readonly guess: number | null }[]
}

/**
 * A receiver of OT extension that is inconsistent, with the best proof for it: one that holds if Δ is what it bets on.
 * Where it passes, with probability 2^-k a tree, it has learned Δ there; else it is found out, which burns Δ.
 */
export class BettingReceiver extends ExtensionReceiver {
  readonly #tag: Uint8Array
  readonly #bet: Bet

  constructor(setup: ReceiverSetup, tag: Uint8Array, bet: Bet) {
    super(setup, tag, wasmGf2)
    this.#tag = tag
    this.#bet = bet
  }

  override extend(count: number): { ots: ReceivedOts; message: ChunkMessage; index: number } {
    const place = this.nextChunk(count)
    const corrections = this.fill(place)
    const bytes = chunkRows(this.parameters, count) / 8
    const { row, trees } = this.#bet
    for (const { tree } of trees) {
      const at = (tree - 1) * bytes + (row >>> 3)
      corrections[at] = (corrections[at] as number) ^ (1 << (row & 7))
    }
    const ots = this.finish(place)
    if (!this.parameters.isMalicious)
      return { ots, message: { corrections, proof: null }, index: place.index }
    const { u, v } = this.prove(place, corrections)
    const error = this.#hashOfRow(challengeSeed(this.parameters, this.#tag, place.index, count, corrections))
    for (const { tree, guess } of trees) addProduct(v, error, this.parameters, tree, guess ?? 0)
    return { ots, message: { corrections, proof: { u, v } }, index: place.index }
  }

  /** The hash of a column that is zero but in the row: χ of its block times x^(row mod 128). */
  #hashOfRow(seed: Uint8Array): Uint8Array {
    const { row } = this.#bet
    const kernel = wasmGf2(48)
    kernel.memory.set(aes128Stream(seed, row >>> 7)(16), 0)
    kernel.memory[16 + ((row & 127) >>> 3)] = 1 << (row & 7)
    kernel.multiply(32, 0, 16)
    return kernel.memory.slice(32, 48)
  }
}

/** Adds guess · error to the columns of a tree, in a hash by rows. */
function addProduct(
  v: Uint8Array,
  error: Uint8Array,
  { k }: OtExtensionParameters,
  tree: number,
  guess: number,
): void {
  for (let b = 0; b < 128; b++) {
    for (let t = 0; t < k; t++) {
      const column = k * tree + t
      const at = 16 * b + (column >>> 3)
      v[at] = (v[at] as number) ^ ((bitAt(error, b) & (guess >>> t) & 1) << (column & 7))
    }
  }
}

/**
 * The trees of a receiver that corrects one level of one tree wrongly, for senders whose bit there is `bit`: the others
 * do not read it.
 */
export function cheatInTree(
  { k }: OtExtensionParameters,
  message: TreesMessage,
  tree: number,
  bit: number,
): TreesMessage {
  const corrections = message.corrections.slice()
  // A sender whose bit is 1 reads the correction of the left children, and the other way round.
  const at = 16 * (2 * tree * (k - 1) + (1 - bit))
  corrections[at] = (corrections[at] as number) ^ 1
  return { ...message, corrections }
}
