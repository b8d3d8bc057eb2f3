import { utf8 } from '@mixun/core/bytes'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { MixunError } from '@mixun/core/errors'
import { describe, expect, it } from 'vitest'
import { bitAt } from '../../base-ot/index.ts'
import { ExtensionSender, otExtensionParametersById } from '../../ot-extension/index.ts'
import { dealtSetups } from '../dealt-setups.ts'
import { BettingReceiver, cheatInTree } from './betting-receiver.ts'
import { ATTACKED, type OtImplementation, outcomeOf } from './hostile-runs.ts'
import { FRAME_ATTACKS, type FrameAttack } from './hostile-session.ts'

/** Codes by which the honest side stops; `done` where the attack does no more than a choice of inputs does. */
type Outcomes = Readonly<Partial<Record<FrameAttack, readonly string[]>>>

const CUT: Outcomes = {
  truncate: ['ERR_DECODE_LENGTH'],
  empty: ['ERR_DECODE_LENGTH'],
  extend: ['ERR_DECODE_TRAILING', 'ERR_DECODE_LENGTH'],
  oversize: ['ERR_DECODE_TRAILING', 'ERR_DECODE_LENGTH'],
  disappear: ['ERR_CHANNEL_CLOSED'],
  stall: ['ERR_CHANNEL_TIMEOUT'],
}
/** Random messages that differ are what a hostile side may choose; the last frame's copy is read by nobody. */
const FREE: Outcomes = {
  ...CUT,
  'flip first bit': ['done'],
  'flip last bit': ['done'],
  zeros: ['done'],
  ones: ['done'],
  replay: ['done'],
}
const ELEMENT: Outcomes = {
  ...CUT,
  // The first byte of a function is a string, the last one of an element.
  'flip first bit': ['ERR_DECODE_ELEMENT', 'done'],
  'flip last bit': ['ERR_DECODE_ELEMENT'],
  zeros: ['ERR_DECODE_ELEMENT'],
  ones: ['ERR_DECODE_ELEMENT'],
  replay: ['done', 'ERR_DECODE_LENGTH'],
  reorder: ['ERR_DECODE_TRAILING'],
}
const TREES: Outcomes = {
  ...CUT,
  // A sender does not read the half of the corrections that its Δ does not choose.
  'flip first bit': ['done', 'ERR_VERIFY_OT_EXTENSION'],
  'flip last bit': ['ERR_VERIFY_OT_EXTENSION'],
  zeros: ['ERR_VERIFY_OT_EXTENSION'],
  ones: ['ERR_VERIFY_OT_EXTENSION'],
  replay: ['done'],
}
const OTHER_SETUP = ['ERR_SESSION_PROTOCOL']
const SETUP_ID: Outcomes = {
  ...Object.fromEntries(FRAME_ATTACKS.map(attack => [attack, OTHER_SETUP])),
  replay: ['ERR_DECODE_LENGTH'],
  disappear: ['ERR_CHANNEL_CLOSED'],
  stall: ['ERR_CHANNEL_TIMEOUT'],
}
const CHUNK: Outcomes = {
  ...CUT,
  'flip first bit': ['ERR_DECODE_SCHEMA'],
  // The bit of one tree in one row: a bet that Δ is zero there.
  'flip last bit': ['ERR_VERIFY_OT_EXTENSION', 'done'],
  zeros: ['ERR_VERIFY_OT_EXTENSION', 'ERR_DECODE_SCHEMA'],
  ones: ['ERR_DECODE_SCHEMA'],
  replay: ['ERR_DECODE_TRAILING', 'ERR_DECODE_LENGTH', 'ERR_DECODE_SCHEMA', 'done'],
  reorder: ['ERR_DECODE_LENGTH'],
}

/** What each frame of each role is. */
const EXPECTED: Readonly<Record<string, readonly (readonly ['sender' | 'receiver', Outcomes])[]>> = {
  'base OT': [
    ['sender', ELEMENT],
    ['receiver', ELEMENT],
  ],
  setup: [
    ['sender', ELEMENT],
    ['receiver', ELEMENT],
    ['receiver', TREES],
  ],
  'random OT': [
    ['receiver', SETUP_ID],
    ['receiver', CHUNK],
    ['receiver', CHUNK],
  ],
  ...Object.fromEntries(
    ['correlated OT', 'chosen OT', 'one of many'].map(name => [
      name,
      [
        ['sender', FREE],
        ['receiver', SETUP_ID],
        ['receiver', CHUNK],
        ['receiver', FREE],
      ] as const,
    ]),
  ),
}

/**
 * The adversary kit: a malicious peer for each role of each protocol of oblivious transfer, run against an implementation
 * of the extension's kernel with a malicious set of parameters. The honest side stops with a stable code or is not
 * affected; what the papers say is detected is. Run it in a test file, under vitest.
 */
export function otAdversaryConformance(implementation: OtImplementation): void {
  const { name, makeKernel } = implementation
  const parameters = { ...otExtensionParametersById(implementation.parameters), chunkCount: 256 }
  const { k, trees } = parameters

  describe(`${name}: hostile frames`, () => {
    const cases = Object.entries(EXPECTED).flatMap(([protocol, frames]) =>
      frames.map(([role, expected], i) => {
        const nth = frames.slice(0, i).filter(([other]) => other === role).length
        return [protocol, role, nth, expected] as const
      }),
    )

    it.each(cases)('%s, of the %s, frame %i', async (protocol, role, nth, expected) => {
      const isLast = nth + 1 === ATTACKED[protocol]?.frames[role]
      for (const attack of FRAME_ATTACKS) {
        // What is held back behind the last frame never comes: that is a stall.
        if (attack === 'reorder' && isLast) continue
        const outcome = await outcomeOf(implementation, protocol, role, nth, attack)
        expect(expected[attack], `${attack}: ${outcome}`).toContain(outcome)
      }
    })
  })

  describe(`${name}: a receiver that bets on Δ`, () => {
    const tag = utf8('tag of a bet')

    /** One chunk with bets on trees; whether the sender took it, and whether all bets were right. */
    const bet = (seed: string, on: readonly (number | null)[]): { isTaken: boolean; isRight: boolean } => {
      const setups = dealtSetups(parameters, seed)
      const { delta } = setups.sender
      const bets = on.map((guess, i) => ({ tree: 1 + ((7 * i + seed.length) % (trees - 1)), guess }))
      const receiver = new BettingReceiver(setups.receiver, tag, { row: 77 + seed.length, trees: bets })
      const sender = new ExtensionSender(setups.sender, tag, makeKernel)
      const { message } = receiver.extend(200)
      const isRight = bets.every(({ tree, guess }) =>
        Array.from({ length: k }, (_, t) => t).every(
          t => bitAt(delta, k * tree + t) === (((guess ?? 0) >>> t) & 1),
        ),
      )
      try {
        sender.extend(200, message)
        return { isTaken: true, isRight }
      } catch (error) {
        expect((error as MixunError).code).toBe('ERR_VERIFY_OT_EXTENSION')
        // Nothing more is to be had from this setup.
        expect(setups.sender.isUsable).toBe(false)
        expect(setups.sender.delta).toEqual(new Uint8Array(16))
        expectCode('ERR_STATE_CONSUMED', () => sender.extend(1, message))
        return { isTaken: false, isRight }
      }
    }

    it.each([
      ['inconsistent in one tree, with an honest proof', [null]],
      ['bets in one tree', [2 ** k - 1]],
      ['bets in two trees', [1, 0]],
    ] as const)('%s: passes when it is right about Δ, and only then', (_, on) => {
      const trials = 8 * 2 ** k
      const results = Array.from({ length: trials }, (_, i) => bet(`bet ${i}`, on))
      expect(results.filter(({ isTaken, isRight }) => isTaken !== isRight)).toEqual([])
      const taken = results.filter(({ isTaken }) => isTaken).length
      // 2^-k a tree: seeds are fixed, so the number is, and the bound is no matter of luck.
      expect(taken / trials).toBeLessThan(2.5 * 2 ** (-k * on.length))
      expect(taken).toBeLessThan(trials)
    })

    it('honest receivers are never refused', () => {
      for (let i = 0; i < 8; i++) expect(bet(`honest ${i}`, []).isTaken).toBe(true)
    })
  })

  describe.runIf(k > 1)(`${name}: a receiver that grows a tree wrongly`, () => {
    it('passes when the sender does not read the correction, and only then', () => {
      const results = Array.from({ length: 24 }, (_, i) => {
        const seed = `tree ${i}`
        const tree = i % trees
        // The second bit of the tree is the first that a correction is read for.
        const bit = bitAt(dealtSetups(parameters, seed).sender.delta, k * tree + 1)
        const aimedAt = (seededRandom(seed).bytes(1)[0] as number) & 1
        const cheat = () =>
          dealtSetups(parameters, seed, message => cheatInTree(parameters, message, tree, aimedAt))
        if (bit === aimedAt) expectCode('ERR_VERIFY_OT_EXTENSION', cheat)
        else cheat()
        return bit === aimedAt
      })
      const found = results.filter(Boolean).length
      expect(found).toBeGreaterThan(6)
      expect(found).toBeLessThan(18)
    })
  })
}
